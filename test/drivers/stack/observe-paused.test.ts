import { expect, test } from '@jest/globals';
import { observeStacks } from '../../../generator/drivers/stack/observe-stacks.ts';
import { Project } from '../../../generator/model/project/project.ts';
import { createJumpingClock } from '../../fakes/jumping-clock.ts';
import { createMemorySwarm } from '../../fakes/memory-swarm.ts';

const LABELS = { 'millrace.project': 'shop', 'millrace.component': 'stack:registry' };

test('a writer that a prune has stopped is told as that, not as a change by hand', async () => {
  const swarm = createMemorySwarm();
  const record = {
    version: 1,
    hash: 'h',
    generation: 1,
    services: { writer: { hash: 'w', image: 'i', spec: 's' } },
  };
  swarm.configs.push({
    ID: 'c',
    Spec: {
      Name: 'record',
      Labels: { ...LABELS, 'millrace.record': 'deployed' },
      Data: Buffer.from(JSON.stringify(record)).toString('base64'),
    },
  });
  const Labels = { ...LABELS, 'millrace.hash': 'w', 'millrace.paused': '1' };
  swarm.services = [{ ID: 's', Spec: { Name: 'shop-registry_writer', Labels, TaskTemplate: {} } }];
  const project = Project.parse({ project: 'shop', stacks: { registry: { file: 'stacks/registry.yml' } } });
  const components = [{ id: 'stack:registry' as const, name: 'registry' }];
  const tools = {
    swarms: { find: async () => swarm, close: async () => undefined },
    clock: createJumpingClock(),
  };
  expect((await observeStacks(components, { project }, tools)).get('stack:registry')).toMatchObject({
    drift: ['service writer: is stopped while a prune collects garbage'],
  });
});
