import { describe, expect, test } from '@jest/globals';
import { backUpHome, restoreHome } from '../../../generator/drivers/backup/back-up-home.ts';
import type { BackupPlace, Manifest } from '../../../generator/drivers/backup/backup-place.ts';
import { settleHome } from '../../../generator/drivers/backup/settle-home.ts';
import { findHome } from '../../../generator/drivers/home/find-home.ts';
import { guardChange } from '../../../generator/drivers/home/guard-change.ts';
import { beginSwap } from '../../../generator/drivers/home/swap-state.ts';
import type { SwapState } from '../../../generator/drivers/home/swap-state.ts';
import { sweepHome } from '../../../generator/drivers/home/sweep-home.ts';
import type { SwapWork } from '../../../generator/drivers/home/swap-work.ts';
import type { SwarmService } from '../../../generator/drivers/stack/swarm-objects.ts';
import { controllerSpec, createSwapSwarm, versionOf } from '../../fakes/swap-swarm.ts';
import type { SwapSwarm } from '../../fakes/swap-swarm.ts';

const MANIFEST: Manifest = {
  ...{ version: 1, project: 'shop', time: '', image: '', bytes: 1, sha256: 'a', kibibytes: 1 },
};

function workOn({ engine, clock, processes, jenkinses }: SwapSwarm): SwapWork {
  return {
    engine,
    project: 'shop',
    stack: 'jenkins',
    tools: { clock, processes, jenkinses, logIn: () => ({ env: {}, forget: () => undefined }) },
    task: { phase: () => undefined, log: () => undefined, signal: new AbortController().signal },
  };
}

const look = async ({ engine }: SwapSwarm): Promise<SwarmService> =>
  (await engine.get('/services/c')) as SwarmService;

/** As a deploy does. */
async function swap(swarm: SwapSwarm): Promise<void> {
  const wanted = controllerSpec('2');
  const { Image: image } = wanted.TaskTemplate.ContainerSpec!;
  const target = { name: 'controller', live: await look(swarm), wanted: { hash: '2', image } };
  await guardChange(target, workOn(swarm), async () => {
    await swarm.engine.post('/services/c/update?version=1', wanted);
  });
}

/** As the command does. */
async function restore(swarm: SwapSwarm): Promise<void> {
  const work = workOn(swarm);
  await settleHome(work, true);
  await sweepHome(work);
  const place: Pick<BackupPlace, 'name' | 'read' | 'fetch'> = {
    name: 'a place',
    read: () => Promise.resolve(MANIFEST),
    fetch: async (_name, id) => void swarm.disk.set(`archive-${id}`, ['backup']),
  };
  const live = await look(swarm);
  const id = new Date(swarm.clock.now()).toISOString().replace(/[^0-9]/g, '');
  await restoreHome({ live, home: findHome(live)! }, place as BackupPlace, { id, name: 'b' }, work);
}

const labelled = ({ configs }: SwapSwarm, label: string): string[] =>
  configs.flatMap(({ Spec }) => Spec.Labels[label] ?? []);

function expectRestored(swarm: SwapSwarm): void {
  expect(swarm.violations).toEqual([]);
  expect(labelled(swarm, 'millrace.swap')).toEqual([]);
  expect(labelled(swarm, 'millrace.home')).toEqual([]);
  expect([...swarm.disk.keys()].filter((name) => name.startsWith('archive'))).toEqual([]);
  expect(swarm.jobs().filter((name) => /home-(?:pack|forget)/.test(name))).toEqual([]);
  expect(swarm.isQuiet()).toBe(false);
  expect(swarm.controller.Spec.Mode?.Replicated?.Replicas).toBe(1);
  expect(swarm.controller.tasks.at(-1)!.Status.State).toBe('running');
  expect(swarm.disk.get('jenkins')).toContain('backup');
}

/** A first run that is killed at each of its changes, before it and right after; then the second. */
async function sweep(
  manner: 'good' | 'crashes' | 'goes back',
  first: (swarm: SwapSwarm) => Promise<void>,
  check: (swarm: SwapSwarm) => void,
): Promise<number> {
  const whole = createSwapSwarm({ 1: 'good', 2: manner });
  void whole.killAt(Number.POSITIVE_INFINITY, false);
  await first(whole).catch(() => undefined);
  const steps = whole.changes();
  for (let n = 1; n <= steps; n++) {
    for (const late of [false, true]) {
      const swarm = createSwapSwarm({ 1: 'good', 2: manner });
      const death = swarm.killAt(n, late);
      await Promise.race([death, first(swarm).catch(() => undefined)]);
      void swarm.killAt(Number.POSITIVE_INFINITY, false);
      try {
        await restore(swarm);
        expectRestored(swarm);
        check(swarm);
      } catch (error) {
        throw new Error(`killed ${late ? 'after' : 'before'} change ${n}: ${(error as Error).message}`);
      }
    }
  }
  return steps;
}

/** As the command does. */
async function backUp(swarm: SwapSwarm): Promise<void> {
  const work = workOn(swarm);
  await settleHome(work, false);
  await sweepHome(work);
  const live = await look(swarm);
  const id = new Date(swarm.clock.now()).toISOString().replace(/[^0-9]/g, '');
  const place = { name: 'a place', put: () => Promise.resolve(), list: () => Promise.resolve([]) };
  const owner = { live, home: findHome(live)! };
  await backUpHome(owner, place as unknown as BackupPlace, { id, keep: 1 }, work);
}

describe('a backup is restored', () => {
  test.each(['good', 'crashes', 'goes back'] as const)(
    'after a swap (of one that is %s) that was killed anywhere',
    async (manner) => {
      const steps = await sweep(manner, swap, ({ controller, disk }) => {
        if (manner !== 'good') expect(versionOf(controller.Spec)).toBe('1');
        expect(disk.get('jenkins')!.at(-1)).toBe(versionOf(controller.Spec));
      });
      expect(steps).toBeGreaterThan(8);
    },
  );

  test('after another restore that was killed anywhere', async () => {
    expect(await sweep('good', restore, () => undefined)).toBeGreaterThan(10);
  });

  test('after a backup that was killed anywhere, of which nothing is left', async () => {
    expect(await sweep('good', backUp, () => undefined)).toBeGreaterThan(6);
  });

  test('with the mark that the stack is to be deployed, until it is well', async () => {
    const swarm = createSwapSwarm({ 1: 'good' });
    const death = swarm.killAt(8, true);
    await Promise.race([death, restore(swarm)]);
    expect(labelled(swarm, 'millrace.record')).toEqual(['pending']);
    void swarm.killAt(Number.POSITIVE_INFINITY, false);
    await restore(swarm);
    expect(labelled(swarm, 'millrace.record')).toEqual(['pending']);
    const other = createSwapSwarm({ 1: 'good' });
    await restore(other);
    expect(labelled(other, 'millrace.record')).toEqual([]);
  });

  test('and a controller that was stopped by hand is started with it, and has to be well', async () => {
    for (const manner of ['good', 'crashes'] as const) {
      const swarm = createSwapSwarm({ 1: manner });
      await swarm.engine.post('/services/c/update?version=1', controllerSpec('1', 0));
      const restored = restore(swarm);
      if (manner === 'good') expectRestored((await restored, swarm));
      else
        await expect(restored).rejects.toThrow(
          /does not stay up.*; its former JENKINS_HOME is back, and the controller stopped as it was \(millrace apply --only stack:jenkins starts it\)/,
        );
    }
  });
});

test.each([
  ['backup', backUp, (work: SwapWork) => sweepHome(work)],
  ['swap', swap, (work: SwapWork) => settleHome(work, true)],
] as const)(
  'a Jenkins that a killed %s has left quiet is told to go on by the next run',
  async (_what, first, next) => {
    let found = 0;
    for (let n = 1; n <= 6; n++) {
      const swarm = createSwapSwarm({ 1: 'good', 2: 'good' });
      await Promise.race([swarm.killAt(n, true), first(swarm)]);
      if (swarm.isQuiet()) found++;
      void swarm.killAt(Number.POSITIVE_INFINITY, false);
      await next(workOn(swarm));
      expect(swarm.isQuiet()).toBe(false);
    }
    expect(found).toBeGreaterThan(0);
  },
);

test('no swap begins over one that was cut off, and nothing is packed meanwhile', async () => {
  const swarm = createSwapSwarm({ 1: 'good' });
  const work = workOn(swarm);
  const state = { snapshot: '20300101' } as SwapState;
  await beginSwap(work, state);
  for (const refused of [beginSwap(work, { ...state, snapshot: '20300102' }), settleHome(work, false)])
    await expect(refused).rejects.toThrow(
      'a swap of stack:jenkins was cut off, and its JENKINS_HOME may not be the one to go on with; millrace apply --only stack:jenkins ends it; then run this again',
    );
  expect(labelled(swarm, 'millrace.swap')).toEqual(['stopping']);
});
