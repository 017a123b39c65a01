import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Artifact } from '../../generator/plan/plan.ts';
import { commitOf, deploy, observe, observeRunning, startStackWorld } from './services/stack-world.ts';
import type { StackWorld } from './services/stack-world.ts';

const STACK = `
services:
  api:
    image: shop/api
    command: [httpd, -f, -p, "8080", -h, /etc]
    environment: { GREETING: "\${GREETING:-hello} $$5" }
  worker:
    image: shop/worker
    command: [sleep, "100000"]
`;

describe('a stack of two services on a Swarm', () => {
  let world: StackWorld;
  let api: Artifact;
  let worker: Artifact;
  beforeAll(async () => {
    world = await startStackWorld();
    [api, worker] = await Promise.all([world.push('shop/api'), world.push('shop/worker')]);
  });
  afterAll(() => world.stop());

  test('is deployed and then seen as what its commit says', async () => {
    const commit = commitOf({ 'stacks/web.yml': STACK }, { api, worker });
    expect(await observe(world, commit)).toEqual({ state: 'absent' });
    const said = await deploy(world, commit);
    const found = await observeRunning(world, commit);
    expect({ hash: found.hash, pending: found.pending, drift: found.drift }).toEqual({
      hash: commit.hash,
      pending: false,
      drift: [],
    });
    expect(found.parts?.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'service api: 1 of 1 task runs',
      'service worker: 1 of 1 task runs',
    ]);
    expect(said.log).toContain('api: 1 of 1 task runs');
    expect(world.notes).toHaveLength(1);
  });
});
