import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ask } from '../../generator/cli/confirm-removal.ts';
import { makeDestroyCommand } from '../../generator/cli/destroy.ts';
import type { DestroyWorld } from '../../generator/cli/destroy.ts';
import type { Driver, ProjectSource } from '../../generator/drivers/driver.ts';
import { openRunFolders } from '../../generator/execute/run-folders.ts';
import type { Component, ComponentId, ComponentKind } from '../../generator/model/component.ts';
import { Project } from '../../generator/model/project/project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Observation } from '../../generator/plan/plan.ts';
import { createJumpingClock } from '../fakes/jumping-clock.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const ACCOUNT = '123456789012';
let logs: string;
/** What changed, in order. */
let changes: string[];
let runs: Set<string>;
let account: string;
/** What the place still holds at the end. */
let left: string[];
/** How often a driver was told to look. */
let looks: number;
/** What could not be looked for. */
let unseen: string[];
/** Infrastructure that the project no longer has, of which only bits are left. */
let bits: Set<string>;
let swarmAnswers: boolean;
beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), 'destroy-'));
  changes = [];
  runs = new Set(['infrastructure:cluster', 'stack:shop', 'stack:db']);
  [account, left, swarmAnswers] = [ACCOUNT, [], true];
  [unseen, bits, looks] = [[], new Set(), 0];
});
afterEach(() => rmSync(logs, { recursive: true }));

const PROJECT = {
  project: 'shop',
  aws: { region: 'eu-central-1', accounts: [ACCOUNT] },
  images: { api: { context: '.' } },
  amis: { node: { template: 'n.pkr.hcl', source: { owner: 'self', name: 'x' } } },
  infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml', amis: ['node'] } },
  stacks: {
    shop: { file: 's.yml', on: 'cluster' },
    db: { file: 'd.yml', on: 'cluster' },
    jenkins: { file: 'j.yml', on: 'cluster' },
  },
};
const IDS = ['stack:shop', 'stack:db', 'stack:jenkins', 'infrastructure:cluster', 'ami:node', 'image:api'];

function driver(kind: ComponentKind): Driver {
  const ask = <Value>(value: Value): Promise<Value> =>
    kind === 'stack' && !swarmAnswers
      ? Promise.reject(new UserError('SWARM_UNREACHABLE', 'no manager answers; look at it'))
      : Promise.resolve(value);
  return {
    kind,
    observe: (components) => {
      looks++;
      const found = components.map(({ id }): [ComponentId, Observation] => [id, stateOf(id)]);
      const former = [...runs].filter((id) => id.startsWith(kind)) as ComponentId[];
      return ask(new Map([...former.map((id): [ComponentId, Observation] => [id, stateOf(id)]), ...found]));
    },
    remove: (id, { keep }) => {
      runs.delete(id);
      bits.delete(id);
      return ask(undefined).then(() => void changes.push([id, ...keep].join(' ')));
    },
    ...(kind === 'infrastructure' ? { findFormer } : {}),
    listLeft: (_, miss) => {
      looks++;
      if (kind === 'infrastructure') for (const what of unseen) miss!(what);
      return Promise.resolve(kind === 'infrastructure' ? left : []);
    },
  };
}

const findFormer: Driver['findFormer'] = (_, keep) =>
  Promise.resolve((keep.has('data') ? [] : [...bits]) as ComponentId[]);

function stateOf(id: string): Observation {
  if (!runs.has(id)) return { state: 'absent' };
  return { state: 'running', hash: 'h'.repeat(64), pending: false, drift: [] };
}

async function run(
  args: string[] = [],
  options: Record<string, unknown> = {},
  more: { env?: Record<string, string>; ask?: Ask; project?: object; images?: string } = {},
) {
  const text = createTextOutput({ json: options['json'] === true });
  const project = Project.parse({ ...PROJECT, ...more.project });
  const graph = new Map(
    IDS.map((id): [ComponentId, Component] => {
      const [kind, name = ''] = id.split(':');
      const one = { kind: kind as ComponentKind, name, content: [], order: [], externals: [] };
      return [id as ComponentId, { id: id as ComponentId, ...one }];
    }),
  );
  const kinds: ComponentKind[] = ['stack', 'infrastructure', 'ami'];
  const drivers = new Map(kinds.map((kind) => [kind, driver(kind)]));
  const command = makeDestroyCommand((): Promise<DestroyWorld> =>
    Promise.resolve({
      source: { project, graph, files: { revision: 'c'.repeat(40) } } as unknown as ProjectSource,
      drivers,
      lookAnew: () => Promise.resolve(drivers),
      account: () => Promise.resolve(account),
      ask: more.ask,
      clock: createJumpingClock(),
      host: { identity: () => ({ run: 'r', boot: 'b', pid: 'p' }), isAlive: () => true },
      exportFiles: (_entries, folder) => Promise.resolve(void mkdirSync(folder)),
      openFolders: () =>
        openRunFolders({ stamp: 'abcdefabcdef-1-1', isLeftBehind: () => false, logs, now: 0 }),
      ...(more.images === undefined ? {} : { images: more.images }),
    }),
  );
  const invocation = { args, options, root: '/', env: more.env ?? {}, output: text.output };
  const code = await command.run(invocation);
  return { code, stdout: text.stdout(), stderr: text.stderr() };
}

const YES = { account: ACCOUNT };

describe('millrace destroy', () => {
  test('takes stacks, then infrastructure, then machine images away, and proves that nothing is left', async () => {
    const { code, stdout, stderr } = await run([], YES);
    expect(code).toBe(0);
    expect(changes.slice(0, 3).sort()).toEqual(['stack:db', 'stack:jenkins', 'stack:shop']);
    expect(changes.slice(3)).toEqual(['infrastructure:cluster', 'ami:node']);
    expect(stderr).toContain('5 to remove');
    expect(stdout).toMatch(/^5 removed in .*\nNothing of shop is left\.\n$/);
  });

  test('may be repeated where nothing is left', async () => {
    await run([], YES);
    expect((await run([], YES)).code).toBe(0);
  });

  test('takes exactly what is named, and what runs though the project no longer has it', async () => {
    runs.add('stack:old');
    await run(['stack:shop', 'stack:old'], YES);
    expect(changes.sort()).toEqual(['stack:old', 'stack:shop']);
    changes = [];
    runs.add('stack:old');
    await run([], YES);
    expect(changes).toContain('stack:old');
  });

  test('takes what is left of infrastructure that the project no longer has, unless it is to be kept', async () => {
    bits.add('infrastructure:old');
    await run(['stack:shop'], YES);
    await run([], { ...YES, keep: 'data' });
    expect(changes.filter((id) => id.includes('old'))).toEqual([]);
    const { stderr } = await run([], YES);
    expect(changes).toContain('infrastructure:old');
    expect(stderr).toContain('the project no longer has it; what is left of it goes');
    bits.add('infrastructure:old');
    changes = [];
    await run(['infrastructure:old'], YES);
    expect(changes).toEqual(['infrastructure:old']);
  });

  test('claims nothing about what it may not look for', async () => {
    unseen = ['roles and instance profiles: the AWS credentials may not do iam:ListRoles'];
    const { code, stdout } = await run([], YES);
    expect(code).toBe(0);
    expect(stdout).toContain(`not looked for: ${unseen[0]}\nNothing else of shop was found.\n`);
    expect(stdout).not.toContain('is left');
    const { stdout: json } = await run([], { ...YES, json: true });
    expect(JSON.parse(json)).toMatchObject({ left: [], unseen });
  });

  test.each([
    ['data', ['infrastructure:cluster data', 'ami:node data']],
    ['data,amis', ['infrastructure:cluster data amis']],
  ])('--keep %s leaves that standing', async (keep, expected) => {
    left = ['volume vol-1', 'data snapshot snap-2', 'image ami-1 (node)', 'snapshot snap-1'];
    const { code, stdout } = await run([], { ...YES, keep });
    expect(changes.slice(3)).toEqual(expected);
    expect(code).toBe(keep === 'data' ? 1 : 0);
    expect(stdout).toContain('kept: volume vol-1');
    expect(stdout).toContain('kept: data snapshot snap-2');
    expect(stdout).toContain(keep === 'data' ? 'left: image ami-1 (node)' : 'kept: image ami-1 (node)');
  });

  test('exits 1 with the list where more is left', async () => {
    left = ['instance i-1', 'volume vol-1'];
    const { code, stdout } = await run([], { ...YES, json: true });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      project: 'shop',
      summary: { removed: 5 },
      kept: [],
      left: ['instance i-1', 'volume vol-1'],
    });
  });

  test('names the images that stay in a registry that is not the project’s own', async () => {
    const { code, stdout } = await run([], YES, { images: 'the images in registry.example.com' });
    expect(code).toBe(0);
    expect(stdout).toContain('kept: the images in registry.example.com\nNothing else of shop is left.');
  });

  test('goes on where the Swarm no longer answers, but not where only its stacks are destroyed', async () => {
    swarmAnswers = false;
    const { code } = await run([], YES);
    expect(code).toBe(0);
    expect(changes).toEqual(['infrastructure:cluster', 'ami:node']);
    expect((await run(['stack:shop'], YES)).code).toBe(1);
  });
});

describe('before anything is changed', () => {
  afterEach(() => expect(changes).toEqual([]));

  test('an account that the project does not list is refused, and nobody looks what is there', async () => {
    account = '999999999999';
    await expect(run([], { account })).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
    expect(looks).toBe(0);
    account = ACCOUNT;
    await expect(run()).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(looks).toBeGreaterThan(0);
  });

  test('an answer that is another account is refused', async () => {
    await expect(run([], { account: '999999999999' })).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
  });

  test('nobody there to answer is told the flag', async () => {
    await expect(run()).rejects.toMatchObject({
      code: 'NOT_CONFIRMED',
      message: expect.stringContaining(`--account ${ACCOUNT}`),
    });
  });

  test('a wrong word from a person is no consent', async () => {
    const ask: Ask = () => Promise.resolve('yes');
    await expect(run([], {}, { ask })).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  });

  test.each<[string, string[], Record<string, string>]>([
    ['all of it', [], { JENKINS_URL: 'https://ci.example.com/' }],
    ['the cluster', ['infrastructure:cluster'], { MILLRACE_ROLE: 'deliver' }],
    ['its own stack', ['stack:shop', 'stack:jenkins'], { MILLRACE_ROLE: 'deliver' }],
  ])('what carries Jenkins is refused inside it: %s', async (_what, ids, env) => {
    await expect(run(ids, YES, { env })).rejects.toMatchObject({
      code: 'NOT_IN_JENKINS',
      message: expect.stringContaining(`on a workstation: ${['millrace destroy', ...ids].join(' ')}`),
    });
  });

  test('a job that verifies destroys nothing at all', async () => {
    await expect(run(['stack:shop'], YES, { env: { MILLRACE_ROLE: 'verify' } })).rejects.toMatchObject({
      code: 'NOT_IN_JENKINS',
    });
  });

  test.each([['image:api'], ['stack:shp']])('%s is nothing to destroy', async (id) => {
    await expect(run([id], YES)).rejects.toBeInstanceOf(UserError);
  });

  test('only data and amis can be kept', async () => {
    await expect(run([], { ...YES, keep: 'all' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('consent', () => {
  test.each<[string, Record<string, unknown>, { env?: Record<string, string>; ask?: Ask }]>([
    ['typed by a person', {}, { ask: () => Promise.resolve(` ${ACCOUNT}\n`) }],
    [
      'left by the step that asked in a pipeline',
      {},
      { env: { MILLRACE_CONFIRM: ACCOUNT, MILLRACE_ROLE: 'deliver' } },
    ],
  ])('is the account’s id, %s', async (_how, options, more) => {
    expect((await run(['stack:shop'], options, more)).code).toBe(0);
    expect(changes).toEqual(['stack:shop']);
  });

  test('is the project’s name where it has no account', async () => {
    const project = { aws: undefined, amis: {}, infrastructure: {}, stacks: { shop: { file: 's.yml' } } };
    expect((await run(['stack:shop'], { account: 'shop' }, { project })).code).toBe(0);
    await expect(run(['stack:shop'], YES, { project })).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
  });
});
