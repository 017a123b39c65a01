import { expect, test } from '@jest/globals';
import { removeFrom } from '../../../generator/drivers/stack/remove-stack.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';

const stackLabels = (stack: string): Record<string, string> => ({
  'millrace.project': 'shop',
  'millrace.component': `stack:${stack}`,
});
const fileOf = (name: string, labels: Record<string, string>) => ({
  ID: name,
  Spec: { Name: name, Labels: { 'millrace.secret': name, ...labels } },
});
const serviceOf = (stack: string) => ({
  ID: stack,
  Spec: { Name: `shop-${stack}_one`, Labels: stackLabels(stack), TaskTemplate: {} },
});

test("a stack's secrets go with it; what several stacks share goes with the last of them", async () => {
  const swarm = createMemorySwarm();
  swarm.services = [serviceOf('a'), serviceOf('b')];
  const [project] = [{ 'millrace.project': 'shop' }];
  swarm.secrets = [
    fileOf('of-a', stackLabels('a')),
    fileOf('of-both', project),
    fileOf('of-another-project', { 'millrace.project': 'other' }),
    { ID: 'by-hand', Spec: { Name: 'by-hand' } },
  ];
  const engine: Engine = {
    ...swarm,
    get: async (path) => {
      const kind = /^\/(\w+)/.exec(path)![1]!;
      if (kind === 'volumes') return { Volumes: [] };
      return ['tasks', 'networks'].includes(kind) ? [] : swarm.get(path);
    },
    remove: async (path) => {
      const id = path.replace('/services/', '');
      if (path.startsWith('/services/'))
        swarm.services = swarm.services.filter((one) => (one as { ID: string }).ID !== id);
      return swarm.remove(path);
    },
  };
  const remove = (stack: string): Promise<void> =>
    removeFrom(
      engine,
      'shop',
      stack,
      {
        keep: new Set(),
        phase: () => undefined,
        log: () => undefined,
        signal: new AbortController().signal,
      },
      { clock: { now: () => 0, sleep: () => Promise.reject(new Error('nothing is waited for')) } },
    );
  const left = (): string[] => swarm.secrets.map(({ ID }) => ID);
  await remove('a');
  expect(left()).toEqual(['of-both', 'of-another-project', 'by-hand']);
  await remove('b');
  expect(left()).toEqual(['of-another-project', 'by-hand']);
});
