import { expect, test } from '@jest/globals';
import { removeFrom } from '../../../generator/drivers/stack/remove-stack.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';

/** Removes a stack whose one task runs on one node, as the Swarm has it. @returns how often it was waited */
async function removeWithNode(state: string, ends: number): Promise<number> {
  const swarm = createMemorySwarm();
  const labels = { 'millrace.project': 'shop', 'millrace.component': 'stack:a' };
  swarm.services = [{ ID: 'one', Spec: { Name: 'shop-a_one', Labels: labels, TaskTemplate: {} } }];
  let waited = 0;
  const engine: Engine = {
    ...swarm,
    get: async (path) => {
      if (path.startsWith('/tasks'))
        return [
          { ServiceID: 'one', NodeID: 'node', Status: { State: waited < ends ? 'running' : 'shutdown' } },
        ];
      if (path.startsWith('/nodes')) return [{ ID: 'node', Status: { State: state } }];
      if (path.startsWith('/volumes')) return { Volumes: [] };
      return path.startsWith('/networks') ? [] : swarm.get(path);
    },
  };
  const task = {
    keep: new Set<never>(),
    phase: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
  };
  const clock = {
    now: () => waited * 1_000,
    sleep: async () => {
      waited++;
    },
  };
  await removeFrom(engine, 'shop', 'a', task, { clock });
  return waited;
}

test('the end of its tasks is waited for', async () => {
  expect(await removeWithNode('ready', 3)).toBe(3);
  await expect(removeWithNode('ready', Infinity)).rejects.toMatchObject({ code: 'STILL_IN_USE' });
});

test('but not of those on a machine that is gone, which nobody will hear of', async () => {
  expect(await removeWithNode('down', Infinity)).toBe(0);
});
