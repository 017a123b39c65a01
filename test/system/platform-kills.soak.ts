import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectFine, killAfter } from './services/cluster-world.ts';
import { askJenkins } from './services/jenkins-jobs.ts';
import type { PlatformHoldings } from './services/platform-holdings.ts';
import { startPlatformWorld } from './services/platform-world.ts';
import type { PlatformWorld } from './services/platform-world.ts';
import { boundariesOf, untilNew } from './services/run-boundaries.ts';

/** The same parts as in platform.test: a bootstrap that is killed over and over, from nothing on. */
let world: PlatformWorld;
/** After the first test, for the second one: however a platform came about, it holds the same. */
let earlier: PlatformHoldings | undefined;

beforeAll(async () => {
  world = await startPlatformWorld();
});
afterAll(async () => {
  await world?.stop();
});

const KILLS = 20;
const LATEST_MILLISECONDS = 60_000;

/** One more run goes through; then all is there once, works, nothing is left to do and nobody's leftovers are there. */
async function expectCompleted(): Promise<void> {
  expectFine(await world.run(['bootstrap']));
  const held = await world.hold();
  expect(new Set(held.swarm).size).toBe(held.swarm.length);
  expect(
    held.swarm.filter((name) => /^service (?!platform-(?:registry|jenkins|edge|hello)_)/.test(name)),
  ).toEqual([]);
  expect(held).toMatchObject({
    // Its own disk and the one with the data.
    ec2: { images: [expect.any(String)], instances: 1, volumes: 2, snapshots: 1, keys: [expect.any(String)] },
    folders: [],
    programs: [],
  });
  expect(held).toEqual((earlier ??= held));
  const jenkins = askJenkins(world);
  expect(await jenkins.online()).toEqual({ 'Built-In Node': true, 'build-1': true, 'deploy-1': true });
  expect((await jenkins.builds('deliver')).map(({ result }) => result)).toContain('SUCCESS');
  expect((await world.run(['plan', '--detailed-exitcode'])).code).toBe(0);
}

async function destroy(): Promise<void> {
  expectFine(await world.run(['destroy', '--account', '123456789012']));
  expect(await world.count()).toEqual({ instances: 0, vpcs: 0, volumes: 0, groups: 0, keyPairs: 0 });
}

test('a bootstrap that is killed twenty times at random instants is completed by the next, with nothing double', async () => {
  const reached = new Set<string>();
  for (let kills = 0; kills < KILLS;) {
    const run = world.start(['bootstrap']);
    // Every other run is to get farther than all before it, however slow the machine is.
    if (kills % 2 === 1) await untilNew(run, reached);
    if (await killAfter(run, randomInt(1_000, LATEST_MILLISECONDS))) {
      kills++;
      for (const one of boundariesOf(run.said())) reached.add(one);
    } else {
      // It was through before: the next one begins from nothing.
      await destroy();
      reached.clear();
    }
  }
  await expectCompleted();
});

test('a bootstrap that is killed at every boundary of its steps goes on from there, with nothing double', async () => {
  await destroy();
  const killed = new Set<string>();
  for (;;) {
    const run = world.start(['bootstrap']);
    const found = await untilNew(run, killed);
    if (found === undefined) {
      expectFine(await run.ended);
      break;
    }
    await killAfter(run, 0);
    killed.add(found);
  }
  expect([...killed]).toEqual(
    expect.arrayContaining([
      ...[1, 2, 3, 4].map((step) => `bootstrap ${step}/4`),
      '[ami:cluster-node] build',
      '[ami:cluster-node] built',
      '[infrastructure:cluster] deploy',
      '[infrastructure:cluster] deployed',
      ...['registry', 'jenkins', 'edge'].map((name) => `[stack:${name}] deploy`),
      ...['agent', 'controller'].flatMap((name) =>
        ['build', '> building', '> pushing'].map((what) => `[image:jenkins-${name}] ${what}`),
      ),
      '[jobs:platform] deploy',
      '[jobs:platform] deliver',
    ]),
  );
  await expectCompleted();
});
