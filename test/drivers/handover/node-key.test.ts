import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SCRIPT, changeNodeKey, isToMove } from '../../../generator/drivers/handover/node-key.ts';
import type { NodeKeyWork } from '../../../generator/drivers/handover/node-key.ts';

const OWN = { 'millrace.project': 'shop', 'millrace.component': 'stack:jenkins' };
const COMMENT = 'millrace-handover-of-shop';
const KEY = `ssh-ed25519 AAAA ${COMMENT}`;

interface Node {
  ID: string;
  Version: { Index: number };
  Spec: { Availability: string; Role: string };
  Status: { State: string };
}
const node = (ID: string, Availability = 'active', Role = 'manager', State = 'ready'): Node => ({
  ...{ ID, Version: { Index: 7 } },
  ...{ Spec: { Availability, Role }, Status: { State } },
});
interface Task {
  ID: string;
  NodeID: string;
  Status: { State: string; Timestamp: string };
}

/** A Swarm whose jobs end as `end` says, on each node that takes work when they are made. */
function swarmOf(nodes: Node[], end: (id: string) => string[] = () => ['complete']) {
  const jobs = new Map<string, { words: readonly string[]; tasks: Task[] }>();
  const said: string[] = [];
  const work: NodeKeyWork = {
    ...{ project: 'shop', image: 'agent@sha256:1', user: 'admin' },
    clock: { now: () => Date.parse('2030-01-01T08:00:00Z'), sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    logIn: () => ({ env: {}, forget: () => undefined }),
    processes: {
      run: ({ args }) => {
        const name = args[args.indexOf('--name') + 1]!;
        const working = nodes.filter(
          ({ Spec, Status }) => Spec.Availability === 'active' && Status.State === 'ready',
        );
        const tasks = working.flatMap(({ ID }) =>
          end(ID).map((State, index) => ({
            ...{ ID: `${ID}-${index}`, NodeID: ID },
            Status: { State, Timestamp: `2030-01-01T08:00:0${index}Z` },
          })),
        );
        jobs.set(name, { words: args, tasks });
        said.push(`made for ${working.map(({ ID }) => ID).join(' ')}`);
        return Promise.resolve({ code: 0, signal: null, stdout: '', stderr: '' });
      },
    },
    engine: {
      host: 'unix:///engine.sock',
      get: async (path) => {
        if (path === '/nodes') return nodes;
        if (path.startsWith('/nodes/')) return nodes.find(({ ID }) => path === `/nodes/${ID}`);
        if (path.startsWith('/tasks')) return [...jobs.values()].flatMap(({ tasks }) => tasks);
        return [...jobs.keys()].map((Name) => ({ ID: Name, Spec: { Name, Labels: OWN } }));
      },
      post: async (path, body) => {
        const [, id] = /^\/nodes\/(\w+)\/update\?version=7$/.exec(path)!;
        const spec = body as Node['Spec'];
        nodes.find(({ ID }) => ID === id)!.Spec = spec;
        said.push(`${id} ${spec.Availability}`);
        return { status: 200, body: undefined };
      },
      remove: (path) => Promise.resolve(jobs.delete(path.slice('/services/'.length))),
      readLog: () => Promise.resolve(['there is no user admin on this node']),
    },
  };
  return { work, jobs, said };
}

describe('the key of a hand-over', () => {
  test('is let in by every node that is up, by a job that is taken away', async () => {
    const { work, jobs, said } = swarmOf([
      node('a'),
      node('b', 'active', 'worker'),
      node('c', 'active', 'worker', 'down'),
    ]);
    await changeNodeKey(work, `${KEY}\n`);
    expect(said).toEqual(['made for a b']);
    expect(jobs.size).toBe(0);
  });

  test('also by one that takes no work, and not by one that is drained', async () => {
    const { work, said } = swarmOf([node('a'), node('b', 'pause'), node('c', 'drain')]);
    await changeNodeKey(work, KEY);
    expect(said).toEqual(['b active', 'made for a b', 'b pause']);
  });

  test('that a node does not take is told in its words, after it was tried three times', async () => {
    const nodes = [node('a'), node('b', 'pause')];
    const ends: Record<string, string[]> = { a: ['complete'], b: ['failed', 'failed', 'failed'] };
    const { work, jobs, said } = swarmOf(nodes, (id) => ends[id]!);
    await expect(changeNodeKey(work, KEY)).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      message: 'a node does not let the hand-over in: there is no user admin on this node',
    });
    expect(said.at(-1)).toBe('b pause');
    expect(jobs.size).toBe(0);
  });
});

describe('what each node does', () => {
  let folder: string;
  let keys: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-node-key-'));
    mkdirSync(join(folder, '.ssh'));
    keys = join(folder, '.ssh/authorized_keys');
    writeFileSync(keys, 'ssh-ed25519 BBBB alice\n', { mode: 0o600 });
    writeFileSync(
      join(folder, 'getent'),
      `#!/bin/sh\n[ "$2" = admin ] && echo "admin:x:1000:1000::${folder}:/bin/sh"\n`,
    );
    chmodSync(join(folder, 'getent'), 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const run = (user: string, key: string) =>
    spawnSync('sh', ['-c', SCRIPT, 'keys', user, COMMENT, key], {
      encoding: 'utf8',
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });

  test('is to have one key of a hand-over, then none, and to leave those of others', () => {
    for (const key of ['ssh-ed25519 CCCC millrace-handover-of-shop', KEY, KEY])
      expect(run('admin', key).status).toBe(0);
    expect(readFileSync(keys, 'utf8')).toBe(`ssh-ed25519 BBBB alice\n${KEY}\n`);
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    expect(run('admin', '').status).toBe(0);
    expect(readFileSync(keys, 'utf8')).toBe('ssh-ed25519 BBBB alice\n');
  });

  test('fails in words where there is no such user', () => {
    expect(run('ubuntu', KEY)).toMatchObject({ status: 1, stderr: 'there is no user ubuntu on this node\n' });
  });
});

test.each<[string, Node[], boolean]>([
  ['that takes no work, beside a manager that does', [node('a', 'pause'), node('b')], true],
  ['that takes work', [node('a'), node('b')], false],
  ['that takes none, beside workers', [node('a', 'pause'), node('b', 'active', 'worker')], false],
  [
    'that takes none, beside a manager that is down',
    [node('a', 'pause'), node('b', 'active', 'manager', 'down')],
    false,
  ],
])('a job on a node %s', async (_what, nodes, moves) => {
  expect(await isToMove(swarmOf(nodes).work, 'a')).toBe(moves);
});
