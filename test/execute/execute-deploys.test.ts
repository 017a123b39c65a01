import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  Driver,
  HashedComponent,
  ProjectSource,
  RemovalContext,
} from '../../generator/drivers/driver.ts';
import { executePlan } from '../../generator/execute/execute-plan.ts';
import type { RunRequest } from '../../generator/execute/execute-plan.ts';
import { openPlaceLocks } from '../../generator/execute/place-locks.ts';
import { openRunFolders } from '../../generator/execute/run-folders.ts';
import type { RunResult } from '../../generator/execute/run-result.ts';
import type { ComponentId, ComponentKind } from '../../generator/model/component.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Action, Observation, PlannedComponent, Running } from '../../generator/plan/plan.ts';
import type { RunEvent } from '../../generator/ports/reporter.ts';
import { createJumpingClock } from '../fakes/jumping-clock.ts';
import type { JumpingClock } from '../fakes/jumping-clock.ts';
import { createMemoryPlace } from '../fakes/memory-place.ts';
import type { MemoryPlace } from '../fakes/memory-place.ts';

let logs: string;
let events: RunEvent[];
let notes: string[];
let abort: AbortController;
let clock: JumpingClock;
/** What was done and with what, in order. */
let done: string[];
/** What runs; a driver's deploys and removals change it. */
let world: Map<ComponentId, Running>;
let places: Map<string, MemoryPlace>;
beforeEach(() => {
  logs = mkdtempSync(join(tmpdir(), 'execute-logs-'));
  [events, notes, done] = [[], [], []];
  abort = new AbortController();
  clock = createJumpingClock();
  world = new Map();
  places = new Map();
});
afterEach(() => rmSync(logs, { recursive: true }));

const running = (hash: string, more: Partial<Running> = {}): Running => ({
  state: 'running',
  hash,
  pending: false,
  drift: [],
  ...more,
});

/** A kind in memory; `on` says where a component is, and with that which lock it takes. */
function driver(kind: ComponentKind, more: Partial<Driver> = {}): Driver {
  return {
    kind,
    observe: (components) => {
      const observed = new Map<ComponentId, Observation>(world);
      for (const { id } of components) if (!observed.has(id)) observed.set(id, { state: 'absent' });
      return Promise.resolve(observed);
    },
    deploy: ({ id, hash }) => {
      done.push(`deploy ${id}`);
      world.set(id, running(hash));
      return Promise.resolve();
    },
    remove: (id, { keep }: RemovalContext) => {
      done.push(['remove', id, ...keep].join(' '));
      world.delete(id);
      return Promise.resolve();
    },
    ...more,
  };
}

function placeOf(name: string): MemoryPlace {
  const place = places.get(name) ?? createMemoryPlace(name);
  places.set(name, place);
  return place;
}

type Steps = Record<string, { action: Action; needs?: string[] }>;

function request(steps: Steps, drivers: Driver[], more: Partial<RunRequest> = {}): RunRequest {
  const planned = Object.entries(steps).map(([id, { action, needs = [] }]): PlannedComponent => ({
    id: id as ComponentId,
    kind: id.split(':')[0] as ComponentKind,
    hash: `hash-${id}`,
    action,
    reason: '',
    dependsOn: needs as ComponentId[],
  }));
  const components = new Map(
    planned
      .filter(({ action }) => action !== 'remove')
      .map(({ id, kind, hash, dependsOn }): [ComponentId, HashedComponent] => [
        id,
        { id, kind, name: id, content: [], order: dependsOn, externals: [], hash: hash! },
      ]),
  );
  return {
    plan: {
      version: 1,
      project: 'shop',
      revision: null,
      components: planned,
      summary: { build: 0, deploy: 0, keep: 0, remove: 0 },
    },
    source: { graph: components } as unknown as ProjectSource,
    components,
    observations: new Map(world),
    drivers: new Map(drivers.map((one) => [one.kind, one])),
    exportFiles: (_entries, folder) => Promise.resolve(void mkdirSync(folder)),
    folders: openRunFolders({
      stamp: 'abcdefabcdef-1-1',
      isLeftBehind: () => false,
      logs,
      now: 0,
    }),
    jobs: 8,
    reporter: { emit: (event) => events.push(event) },
    clock,
    signal: abort.signal,
    ...more,
  };
}

function locks(run = 'us', wait = 60_000) {
  return openPlaceLocks({
    host: { identity: () => ({ run, boot: 'b', pid: run }), isAlive: () => true },
    clock,
    owner: run,
    note: (text) => notes.push(text),
    signal: abort.signal,
    wait,
  });
}

const outcomes = ({ components }: RunResult): Record<string, string> =>
  Object.fromEntries(components.map(({ id, outcome }) => [id, outcome]));

describe('removals', () => {
  const WORLD: Steps = {
    'infrastructure:new': { action: 'deploy' },
    'infrastructure:old': { action: 'remove' },
    'stack:shop': { action: 'deploy', needs: ['infrastructure:new'] },
    'stack:a': { action: 'remove', needs: ['infrastructure:old'] },
    'stack:b': { action: 'remove', needs: ['infrastructure:old'] },
  };
  const kinds = (): Driver[] => [driver('infrastructure'), driver('stack')];

  test('come after what is deployed, and what stands on something before it', async () => {
    const result = await executePlan(request(WORLD, kinds()));
    expect(done.slice(0, 2)).toEqual(['deploy infrastructure:new', 'deploy stack:shop']);
    expect(done.slice(2, 4).sort()).toEqual(['remove stack:a', 'remove stack:b']);
    expect(done[4]).toBe('remove infrastructure:old');
    expect(result.summary).toEqual({
      built: 0,
      deployed: 2,
      removed: 3,
      kept: 0,
      failed: 0,
      skipped: 0,
      cancelled: 0,
    });
    expect(events).toContainEqual({ type: 'done', id: 'stack:a', outcome: 'removed', seconds: 0 });
  });

  test('do not take place where a deploy failed: what it replaces goes on', async () => {
    const stack = driver('stack', { deploy: () => Promise.reject(new UserError('X', 'it broke')) });
    const result = await executePlan(request(WORLD, [driver('infrastructure'), stack]));
    expect(outcomes(result)).toEqual({
      'infrastructure:new': 'deployed',
      'infrastructure:old': 'skipped',
      'stack:shop': 'failed',
      'stack:a': 'skipped',
      'stack:b': 'skipped',
    });
  });

  test('of what something stands on do not take place where that could not be removed', async () => {
    const stack = driver('stack', {
      remove: (id) => (id === 'stack:b' ? Promise.reject(new UserError('X', 'no')) : Promise.resolve()),
    });
    const result = await executePlan(request(WORLD, [driver('infrastructure'), stack]));
    expect(outcomes(result)).toMatchObject({
      'infrastructure:old': 'skipped',
      'stack:a': 'removed',
      'stack:b': 'failed',
    });
  });

  test('know what is to stay', async () => {
    await executePlan(
      request({ 'stack:a': { action: 'remove' } }, kinds(), { keep: () => new Set(['data']) }),
    );
    expect(done).toEqual(['remove stack:a data']);
  });

  test('that nobody can do yet are refused before anything is begun', async () => {
    const { remove: _remove, ...unable } = driver('stack');
    await expect(executePlan(request(WORLD, [driver('infrastructure'), unable]))).rejects.toMatchObject({
      code: 'NOT_YET',
    });
    expect(done).toEqual([]);
  });

  test('that are interrupted are said to be half done', async () => {
    const stack = driver('stack', {
      remove: () => {
        abort.abort();
        return Promise.reject(new Error('ended'));
      },
    });
    const { components } = await executePlan(request({ 'stack:a': { action: 'remove' } }, [stack]));
    expect(components[0]).toMatchObject({
      outcome: 'cancelled',
      cause: expect.stringContaining('half done'),
    });
  });
});

describe('the deploy lock', () => {
  const swarm: Partial<Driver> = { findLockPlace: () => Promise.resolve(placeOf('swarm')) };
  const STACKS: Steps = { 'stack:a': { action: 'deploy' }, 'stack:b': { action: 'deploy' } };

  test('is taken once a place, held over all that is done there, and released', async () => {
    const holders: (string | undefined)[] = [];
    const deploy: Driver['deploy'] = async () => {
      await Promise.resolve();
      holders.push(placeOf('swarm').locks[0]?.run);
    };
    await executePlan(request(STACKS, [driver('stack', { ...swarm, deploy })], { locks: locks() }));
    expect(holders).toEqual(['us', 'us']);
    expect(placeOf('swarm').calls.filter((call) => call !== 'list')).toEqual(['make 1', 'remove 1']);
  });

  test('is released after a failure, too', async () => {
    const stack = driver('stack', { ...swarm, deploy: () => Promise.reject(new UserError('X', 'no')) });
    await executePlan(request(STACKS, [stack], { locks: locks() }));
    expect(placeOf('swarm').locks).toEqual([]);
  });

  test('is taken where the place has only been made by this run', async () => {
    const stack = driver('stack', {
      findLockPlace: () =>
        Promise.resolve(world.has('infrastructure:new') ? placeOf('new swarm') : undefined),
    });
    const steps: Steps = {
      'infrastructure:new': { action: 'deploy' },
      'stack:a': { action: 'deploy', needs: ['infrastructure:new'] },
    };
    await executePlan(request(steps, [driver('infrastructure'), stack], { locks: locks() }));
    expect(placeOf('new swarm').calls).toContain('make 1');
  });

  test('of what stands on an infrastructure is released before that goes', async () => {
    const infrastructure = driver('infrastructure', {
      remove: () => {
        done.push(`gone with ${placeOf('swarm').locks.length} locks`);
        placeOf('swarm').onCall = () => Promise.reject(new Error('it is gone'));
        return Promise.resolve();
      },
    });
    const steps: Steps = {
      'stack:a': { action: 'remove', needs: ['infrastructure:x'] },
      'infrastructure:x': { action: 'remove' },
    };
    await executePlan(request(steps, [infrastructure, driver('stack', swarm)], { locks: locks() }));
    expect(done).toEqual(['remove stack:a', 'gone with 0 locks']);
    expect(notes).toEqual([]);
  });

  test('that another run holds for too long fails what is done there, and nothing else', async () => {
    placeOf('swarm').locks = [
      { run: 'them', boot: 'b', pid: 'p', owner: 'bob', generation: 1, expires: Number.MAX_SAFE_INTEGER },
    ];
    const steps: Steps = { ...STACKS, 'infrastructure:x': { action: 'deploy' } };
    const drivers = [driver('stack', swarm), driver('infrastructure')];
    const ran = executePlan(request(steps, drivers, { locks: locks() }));
    for (let turn = 0; turn < 20; turn++) await clock.advance(5_000);
    expect(outcomes(await ran)).toEqual({
      'infrastructure:x': 'deployed',
      'stack:a': 'failed',
      'stack:b': 'failed',
    });
    expect(placeOf('swarm').locks).toHaveLength(1);
  });

  test('that is lost ends the deploy as failed, with the reason', async () => {
    const stack = driver('stack', {
      ...swarm,
      deploy: async (_component, { signal }) => {
        placeOf('swarm').locks = [];
        const ended = new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('ended'))),
        );
        await clock.advance(5 * 60_000);
        await ended;
      },
    });
    const result = await executePlan(
      request({ 'stack:a': { action: 'deploy' } }, [stack], { locks: locks() }),
    );
    expect(result.components[0]).toMatchObject({
      outcome: 'failed',
      cause: expect.stringContaining('was taken away from this run'),
    });
  });
});

describe('what others deployed between the plan and the lock', () => {
  const swarm: Partial<Driver> = { findLockPlace: () => Promise.resolve(placeOf('swarm')) };
  const plan = (more: Partial<RunRequest> = {}): RunRequest =>
    request({ 'stack:a': { action: 'deploy' } }, [driver('stack', swarm)], { locks: locks(), ...more });

  test('is kept where it is what we would deploy', async () => {
    const ready = plan();
    world.set('stack:a', running('hash-stack:a'));
    const result = await executePlan(ready);
    expect(outcomes(result)).toEqual({ 'stack:a': 'kept' });
    expect(done).toEqual([]);
  });

  test.each<[string, Running]>([
    ['was begun and not ended', running('hash-stack:a', { pending: true })],
    ['has drifted', running('hash-stack:a', { drift: ['service a'] })],
    ['is another version that may be replaced', running('other')],
  ])('is deployed over where it %s', async (_why, found) => {
    const ready = plan({ mayReplace: () => Promise.resolve() });
    world.set('stack:a', found);
    expect(outcomes(await executePlan(ready))).toEqual({ 'stack:a': 'deployed' });
  });

  test('is not deployed over where it may not be replaced', async () => {
    const asked: Observation[] = [];
    const ready = plan({
      mayReplace: (id, found) => {
        asked.push(found);
        return Promise.reject(new UserError('OLDER_REVISION', `${id} is newer; plan again`));
      },
    });
    world.set('stack:a', running('newer', { revision: 'f'.repeat(40) }));
    const result = await executePlan(ready);
    expect(result.components[0]).toMatchObject({ outcome: 'failed', cause: 'stack:a is newer; plan again' });
    expect(asked).toEqual([world.get('stack:a')]);
    expect(done).toEqual([]);
  });

  test('is what the driver is told', async () => {
    let told: Observation | undefined;
    const stack = driver('stack', {
      ...swarm,
      deploy: (_component, { observation }) => Promise.resolve(void (told = observation)),
    });
    const ready = request({ 'stack:a': { action: 'deploy' } }, [stack], { locks: locks() });
    world.set('stack:a', running('other', { revision: 'abc' }));
    await executePlan(ready);
    expect(told).toEqual(world.get('stack:a'));
  });
});
