import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countMembers, destroyAll, expectWhole } from './services/cluster-checks.ts';
import { expectFine, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterWorld } from './services/cluster-world.ts';
import { killAtBoundaries, killAtRandom } from './services/run-boundaries.ts';

/** An apply that is killed over and over, from nothing on and while it replaces all nodes. */
let world: ClusterWorld;
beforeAll(async () => {
  world = await startClusterWorld({ nodes: NODES });
});
afterAll(() => world?.stop());

const NODES = 3;
const KILLS = Number(process.env['MILLRACE_KILLS'] ?? 40);
const ROLE = 'ansible/roles/swarm_node/defaults/main.yml';

/** One more run goes through; then everything is there once, works, and nothing is left to do. */
async function expectCompleted(images: number): Promise<void> {
  expectFine(await world.run(['apply']));
  await expectWhole(world, NODES, images);
  expect(await countMembers(world)).toEqual({ Ready: NODES });
  const client = world.startClient();
  await client.until('1');
  expect((await client.stop()).failed).toEqual([]);
  expect((await world.run(['plan', '--detailed-exitcode'])).code).toBe(0);
}

test('at every boundary of its steps goes on from there', async () => {
  const killed = await killAtBoundaries(() => world.start(['apply']));
  // An image may have reached the registry before its push was killed, and is not built again.
  const images = ['base', 'edge', 'api', 'db'].map((name) => `[image:${name}] build`);
  const others = [
    ...['build', 'built'].map((step) => `[ami:cluster-node] ${step}`),
    ...['infrastructure:cluster', 'stack:shop'].flatMap((id) => [`[${id}] deploy`, `[${id}] deployed`]),
  ];
  expect([...images, ...others].filter((step) => !killed.includes(step))).toEqual([]);
  await expectCompleted(1);
});

test(`at ${KILLS} random instants, from nothing on and while nodes are replaced, is finished by the next`, async () => {
  await destroyAll(world);
  let images = 1;
  await killAtRandom(
    KILLS,
    () => world.start(['apply']),
    async () => {
      // Another machine image, which replaces the nodes.
      await expectCompleted(images++);
      world.commit({ [ROLE]: `${readFileSync(join(world.folder, ROLE), 'utf8')}\n# Image ${images}.\n` });
    },
  );
  await expectCompleted(images);
  await destroyAll(world);
});
