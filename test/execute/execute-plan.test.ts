import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Driver, HashedComponent, ProjectSource, TaskContext } from '../../generator/drivers/driver.ts';
import { executePlan } from '../../generator/execute/execute-plan.ts';
import type { RunRequest } from '../../generator/execute/execute-plan.ts';
import { openRunFolders } from '../../generator/execute/run-folders.ts';
import type { ComponentId, ComponentKind } from '../../generator/model/component.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Action, Artifact, Observation } from '../../generator/plan/plan.ts';
import type { RunEvent } from '../../generator/ports/reporter.ts';

type Build = (component: HashedComponent, task: TaskContext) => Promise<Artifact>;

/** Id -> what is done with it and what it needs; `order:` before a parent makes it an edge of order. */
type World = Record<string, { action: Action; needs?: string[] }>;

let logs: string;
let events: RunEvent[];
let abort: AbortController;
beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), 'execute-logs-'));
  events = [];
  abort = new AbortController();
});
afterEach(() => rmSync(logs, { recursive: true }));

const STAMP = 'abcdefabcdef-1-1';

function driver(kind: ComponentKind, build: Build, more: Partial<Driver> = {}): Driver {
  return { kind, observe: () => Promise.resolve(new Map()), build, ...more };
}

function request(world: World, drivers: Driver[], more: Partial<RunRequest> = {}): RunRequest {
  const nodes = Object.entries(world).map(
    ([key, { action, needs = [] }]): [ComponentId, HashedComponent, Action] => {
      const id = key as ComponentId;
      const [kind = '', name = ''] = key.split(':');
      const strip = (need: string): ComponentId => need.replace('order:', '') as ComponentId;
      const content = needs.filter((need) => !need.startsWith('order:')).map(strip);
      const order = needs.filter((need) => need.startsWith('order:')).map(strip);
      const component = {
        id,
        kind: kind as ComponentKind,
        name,
        content,
        order,
        externals: [],
        hash: `hash-${name}`,
        inputs: [],
      };
      return [id, component, action];
    },
  );
  const components = new Map(nodes.map(([id, component]) => [id, component]));
  const observations = new Map<ComponentId, Observation>(
    nodes.map(([id, , action]) => [
      id,
      action === 'keep'
        ? { state: 'built', artifact: { id: `old-${id}`, reference: `old-${id}` } }
        : { state: 'absent' },
    ]),
  );
  return {
    plan: {
      version: 1,
      project: 'shop',
      revision: null,
      components: nodes.map(([id, component, action]) => ({
        id,
        kind: component.kind,
        hash: component.hash,
        action,
        reason: '',
        dependsOn: [],
        ...(action === 'keep' ? { artifact: { id: `old-${id}`, reference: `old-${id}` } } : {}),
      })),
      summary: { build: 0, deploy: 0, keep: 0, remove: 0 },
    },
    source: { graph: components } as unknown as ProjectSource,
    components,
    observations,
    drivers: new Map(drivers.map((one) => [one.kind, one])),
    exportFiles: (_entries, folder) => Promise.resolve(void mkdirSync(folder)),
    folders: openRunFolders({ stamp: STAMP, isLeftBehind: () => false, logs, now: 0 }),
    jobs: 8,
    reporter: { emit: (event) => events.push(event) },
    clock: { now: () => 0 },
    signal: abort.signal,
    ...more,
  };
}

const made = ({ name }: HashedComponent): Artifact => ({ id: `new-${name}`, reference: `ref-${name}` });
const tick = (milliseconds = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const SIX: World = {
  'image:base': { action: 'build' },
  'image:a': { action: 'build', needs: ['image:base'] },
  'image:b': { action: 'build', needs: ['image:base'] },
  'image:c': { action: 'keep', needs: ['image:a'] },
  'image:d': { action: 'build', needs: ['order:image:c'] },
  'image:e': { action: 'build' },
};

describe('order', () => {
  test('each begins when what it needs is done, through kept ones too, and as many at once as the graph allows', async () => {
    const done: string[] = [];
    let running = 0;
    let most = 0;
    const build: Build = async (component) => {
      for (const need of { a: ['base'], b: ['base'], d: ['a'] }[component.name] ?? [])
        expect(done).toContain(need);
      most = Math.max(most, ++running);
      await tick(component.name === 'e' ? 60 : 5);
      running--;
      done.push(component.name);
      return made(component);
    };
    const result = await executePlan(request(SIX, [driver('image', build)]));
    expect(done.sort()).toEqual(['a', 'b', 'base', 'd', 'e']);
    expect(most).toBe(3);
    expect(result.summary).toEqual({
      built: 5,
      deployed: 0,
      removed: 0,
      kept: 1,
      failed: 0,
      skipped: 0,
      cancelled: 0,
    });
    expect(result.components.map(({ id }) => id)).toEqual(Object.keys(SIX).sort());
  });

  test.each([
    ['the run’s limit', { jobs: 2 }, {}, 2],
    ['the kind’s limit', { jobs: 8 }, { maxParallel: 3 }, 3],
  ])('%s holds', async (_name, run, kind, limit) => {
    let running = 0;
    let most = 0;
    const build: Build = async (component) => {
      most = Math.max(most, ++running);
      await tick();
      running--;
      return made(component);
    };
    const world = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`image:i${index}`, { action: 'build' as const }]),
    );
    await executePlan(request(world, [driver('image', build, kind)], run));
    expect(most).toBe(limit);
  });

  test('of two that may begin, the one that most waits for is first', async () => {
    const begun: string[] = [];
    const build: Build = (component) => {
      begun.push(component.name);
      return Promise.resolve(made(component));
    };
    const world: World = {
      'image:alone': { action: 'build' },
      'image:root': { action: 'build' },
      'image:leaf': { action: 'build', needs: ['image:root'] },
    };
    await executePlan(request(world, [driver('image', build)], { jobs: 1 }));
    expect(begun[0]).toBe('root');
  });

  test('a child is given its parents’ artifacts, the kept and the new', async () => {
    const seen: Record<string, unknown> = {};
    const build: Build = (component, { artifacts }) => {
      seen[component.name] = Object.fromEntries(artifacts);
      return Promise.resolve(made(component));
    };
    const world: World = {
      'image:new': { action: 'build' },
      'image:old': { action: 'keep' },
      'image:child': { action: 'build', needs: ['image:new', 'image:old'] },
    };
    await executePlan(request(world, [driver('image', build)]));
    expect(seen['child']).toMatchObject({
      'image:new': { id: 'new-new' },
      'image:old': { id: 'old-image:old' },
    });
  });
});

describe('failures', () => {
  const failing =
    (name: string, error: unknown): Build =>
    async (component, task) => {
      task.log(`working on ${component.name}`);
      await tick(component.name === 'e' ? 30 : 1);
      if (component.name === name) throw error;
      return made(component);
    };

  test('what runs finishes, what depends is skipped, what does not goes on; the cause and the last lines are told', async () => {
    const error = new UserError('BUILD_FAILED', 'it broke; mend it');
    const result = await executePlan(request(SIX, [driver('image', failing('a', error))]));
    expect(Object.fromEntries(result.components.map(({ id, outcome }) => [id, outcome]))).toEqual({
      'image:base': 'built',
      'image:a': 'failed',
      'image:b': 'built',
      'image:c': 'kept',
      'image:d': 'skipped',
      'image:e': 'built',
    });
    expect(events).toContainEqual({
      type: 'failed',
      id: 'image:a',
      cause: 'it broke',
      hint: 'mend it',
      tail: ['working on a'],
      seconds: 0,
    });
    expect(events).toContainEqual({ type: 'skipped', id: 'image:d', because: 'image:a' });
  });

  test('a bug ends the run as a bug, after the rest', async () => {
    const result = executePlan(request(SIX, [driver('image', failing('base', new TypeError('oops')))]));
    await expect(result).rejects.toThrow(TypeError);
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'skipped')).toHaveLength(3);
  });

  test('a log of its own holds what each has said, and its end', async () => {
    const error = new UserError('BUILD_FAILED', 'it broke; mend it');
    const result = await executePlan(request(SIX, [driver('image', failing('a', error))]));
    const log = (id: string): string =>
      readFileSync(result.components.find((one) => one.id === id)!.log!, 'utf8');
    expect(log('image:a')).toBe('working on a\n== failed: it broke; mend it\n');
    expect(log('image:b')).toBe('working on b\n');
  });
});

describe('before anything is begun', () => {
  const never: Build = () => Promise.reject(new Error('was begun'));

  test('a deploy that nobody can do yet is refused, with what can be done', async () => {
    const world: World = { 'stack:s': { action: 'deploy' }, 'image:a': { action: 'build' } };
    await expect(executePlan(request(world, [driver('image', never)]))).rejects.toMatchObject({
      code: 'NOT_YET',
      message: 'this version cannot yet deploy stack:s; nothing was done; to build the rest: --only image:a',
    });
    expect(events).toEqual([]);
  });

  test('a parent that is neither there nor planned is refused, with the command that makes it', async () => {
    const whole = request(SIX, [driver('image', never)]);
    const plan = { ...whole.plan, components: whole.plan.components.filter(({ id }) => id === 'image:a') };
    await expect(executePlan({ ...whole, plan })).rejects.toMatchObject({
      code: 'MISSING_ARTIFACT',
      message: 'image:base is needed and not built yet; run `millrace apply --only image:base` first',
    });
  });

  test('drivers prepare with all of their components and those that are touched, and finish even if that fails', async () => {
    const told: unknown[] = [];
    const image = driver('image', never, {
      prepare: (all, _source, touched) => {
        told.push(all.length, touched.length);
        return Promise.reject(new UserError('NO_DOCKER', 'no engine'));
      },
      finish: () => Promise.resolve(void told.push('finished')),
    });
    await expect(executePlan(request(SIX, [image]))).rejects.toMatchObject({ code: 'NO_DOCKER' });
    expect(told).toEqual([6, 5, 'finished']);
  });
});

describe('interruption', () => {
  test('what runs is ended and waited for, nothing else is begun, and what was left is told', async () => {
    const build: Build = async (component, { signal }) => {
      if (component.name === 'e') {
        await tick(20);
        return made(component);
      }
      setTimeout(() => abort.abort(), 1);
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('ended'))),
      );
      return made(component);
    };
    const result = await executePlan(request(SIX, [driver('image', build)]));
    expect(
      Object.fromEntries(result.components.map(({ id, outcome, cause }) => [id, cause ?? outcome])),
    ).toEqual({
      'image:base': 'nothing is left of it',
      'image:a': 'was not begun',
      'image:b': 'was not begun',
      'image:c': 'kept',
      'image:d': 'was not begun',
      'image:e': 'built',
    });
    expect(result.summary.cancelled).toBe(4);
  });
});

describe('folders', () => {
  test('each task has an empty one of its own with its export, and none is left', async () => {
    const folders: string[] = [];
    const build: Build = async (component, { folder, exportFiles }) => {
      expect(readdirSync(folder)).toEqual([]);
      folders.push(folder, await exportFiles('context', []));
      return made(component);
    };
    await executePlan(request(SIX, [driver('image', build)]));
    expect(new Set(folders).size).toBe(10);
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect(existsSync(join(folders[0]!, '..'))).toBe(false);
  });

  test('what dead runs left is taken away, what others have is not', () => {
    const [dead, living] = ['millrace-dead-', 'millrace-living-'].map((name) =>
      mkdtempSync(join(tmpdir(), name)),
    );
    writeFileSync(join(dead!, 'file'), '');
    openRunFolders({
      stamp: STAMP,
      isLeftBehind: (name) => name.startsWith('millrace-dead-'),
      logs,
      now: 0,
    }).remove();
    expect([existsSync(dead!), existsSync(living!)]).toEqual([false, true]);
    rmSync(living!, { recursive: true });
  });

  test('of logs the newest runs’ are kept', () => {
    for (let index = 10; index < 40; index++) mkdirSync(join(logs, `2026-01-${index}`));
    openRunFolders({ stamp: STAMP, isLeftBehind: () => false, logs, now: 0 }).remove();
    expect(readdirSync(logs).sort()[0]).toBe('2026-01-20');
  });
});
