import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countMembers, expectWhole } from './services/cluster-checks.ts';
import { expectFine, killAfter, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterWorld } from './services/cluster-world.ts';
import { boundariesOf, untilNew } from './services/run-boundaries.ts';

/** An apply that is killed over and over, from nothing on and while it replaces all nodes. */
let world: ClusterWorld;
beforeAll(async () => {
  world = await startClusterWorld({ nodes: NODES });
});
afterAll(() => world?.stop());

const NODES = 3;
const KILLS = Number(process.env['MILLRACE_KILLS'] ?? 40);
const LATEST_MILLISECONDS = 60_000;
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

async function destroy(): Promise<void> {
  expectFine(await world.run(['destroy', '--account', '123456789012']));
  expect(await world.count()).toEqual({ instances: 0, vpcs: 0, volumes: 0, groups: 0, keyPairs: 0 });
}

test('at every boundary of its steps goes on from there', async () => {
  const killed = new Set<string>();
  for (;;) {
    const run = world.start(['apply']);
    const found = await untilNew(run, killed);
    if (found === undefined) {
      expectFine(await run.ended);
      break;
    }
    await killAfter(run, 0);
    killed.add(found);
  }
  const images = ['base', 'edge', 'api', 'db'].map((name) => `image:${name}`);
  expect([...killed]).toEqual(
    expect.arrayContaining([
      ...['ami:cluster-node', ...images].flatMap((id) => [`[${id}] build`, `[${id}] built`]),
      ...['infrastructure:cluster', 'stack:shop'].flatMap((id) => [`[${id}] deploy`, `[${id}] deployed`]),
    ]),
  );
  await expectCompleted(1);
});

test(`at ${KILLS} random instants, from nothing on and while nodes are replaced, is finished by the next`, async () => {
  await destroy();
  let images = 1;
  const reached = new Set<string>();
  for (let kills = 0; kills < KILLS;) {
    const run = world.start(['apply']);
    // Every other run is to get farther than all before it, however slow the machine is.
    if (kills % 2 === 1) await untilNew(run, reached);
    if (await killAfter(run, randomInt(1_000, LATEST_MILLISECONDS))) {
      kills++;
      for (const one of boundariesOf(run.said())) reached.add(one);
    } else {
      // It was through: another machine image, which replaces the nodes.
      await expectCompleted(images++);
      world.commit({ [ROLE]: `${readFileSync(join(world.folder, ROLE), 'utf8')}\n# Image ${images}.\n` });
      reached.clear();
    }
  }
  await expectCompleted(images);
  await destroy();
});
