import { describe, expect, test } from '@jest/globals';
import { finishSwap } from '../../../generator/drivers/home/end-swap.ts';
import { guardChange } from '../../../generator/drivers/home/guard-change.ts';
import type { SwapWork } from '../../../generator/drivers/home/swap-work.ts';
import type { SwarmService } from '../../../generator/drivers/stack/swarm-objects.ts';
import { controllerSpec, createSwapSwarm, REFUSED, versionOf } from '../../fakes/swap-swarm.ts';
import type { SwapSwarm } from '../../fakes/swap-swarm.ts';

/** One run: what was cut off is ended, then version 2 is swapped in unless it is there. */
async function run(swarm: SwapSwarm, refuses = false): Promise<void> {
  const { engine, clock, processes, jenkinses } = swarm;
  const work: SwapWork = {
    engine,
    project: 'shop',
    stack: 'jenkins',
    tools: { clock, processes, jenkinses, logIn: () => ({ env: {}, forget: () => undefined }) },
    task: { phase: () => undefined, log: () => undefined, signal: new AbortController().signal },
  };
  await finishSwap(work);
  const live = (await engine.get('/services/c')) as SwarmService;
  if (versionOf(live.Spec) === '2' && live.Spec.Mode?.Replicated?.Replicas === 1) return;
  const wanted = controllerSpec('2');
  const target = {
    name: 'controller',
    live,
    wanted: { hash: '2', image: wanted.TaskTemplate.ContainerSpec!.Image },
  };
  await guardChange(target, work, async () => {
    if (refuses) throw REFUSED;
    await engine.post('/services/c/update?version=1', wanted);
  });
}

/** All changes of a run that nobody kills, and then a run that is killed at each, before it and right after. */
async function sweep(
  manner: 'good' | 'crashes' | 'goes back',
  check: (swarm: SwapSwarm) => void,
): Promise<number> {
  const whole = createSwapSwarm({ 1: 'good', 2: manner });
  void whole.killAt(Number.POSITIVE_INFINITY, false);
  await run(whole).catch(() => undefined);
  for (let n = 1; n <= whole.changes(); n++) {
    for (const late of [false, true]) {
      const swarm = createSwapSwarm({ 1: 'good', 2: manner });
      const death = swarm.killAt(n, late);
      await Promise.race([death, run(swarm).catch(() => undefined)]);
      void swarm.killAt(Number.POSITIVE_INFINITY, false);
      await run(swarm).catch(() => undefined);
      try {
        expect(swarm.violations).toEqual([]);
        expect(swarm.configs).toEqual([]);
        expect(swarm.isQuiet()).toBe(false);
        check(swarm);
      } catch (error) {
        throw new Error(`killed ${late ? 'after' : 'before'} change ${n}: ${(error as Error).message}`);
      }
    }
  }
  return whole.changes();
}

describe('a controller that is swapped', () => {
  test('by a run that is killed anywhere is swapped by the next one', async () => {
    const steps = await sweep('good', ({ controller, disk }) => {
      expect(versionOf(controller.Spec)).toBe('2');
      expect(disk.get('jenkins')!.at(-1)).toBe('2');
    });
    expect(steps).toBeGreaterThan(8);
  });

  test.each(['crashes', 'goes back'] as const)(
    'for one that is no good (%s) by a run that is killed anywhere has its home back after the next',
    async (manner) => {
      const steps = await sweep(manner, ({ controller, disk }) => {
        expect(versionOf(controller.Spec)).toBe('1');
        expect(controller.Spec.Mode?.Replicated?.Replicas).toBe(1);
        expect(disk.get('jenkins')).not.toContain('2');
        expect(controller.tasks.at(-1)!.Status.State).toBe('running');
      });
      expect(steps).toBeGreaterThan(10);
    },
  );

  test('runs again where its new version is refused', async () => {
    const swarm = createSwapSwarm({ 1: 'good', 2: 'good' });
    await expect(run(swarm, true)).rejects.toThrow(
      'docker stack deploy failed: no; the former controller and its JENKINS_HOME are back: mend it and deploy again',
    );
    expect(versionOf(swarm.controller.Spec)).toBe('1');
    expect(swarm.violations).toEqual([]);
    expect(swarm.configs).toEqual([]);
  });
});
