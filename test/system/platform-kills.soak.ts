import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { destroyAll } from './services/cluster-checks.ts';
import { expectFine } from './services/cluster-world.ts';
import { askJenkins } from './services/jenkins-jobs.ts';
import type { PlatformHoldings } from './services/platform-holdings.ts';
import { startPlatformWorld } from './services/platform-world.ts';
import type { PlatformWorld } from './services/platform-world.ts';
import { killAtBoundaries, killAtRandom } from './services/run-boundaries.ts';

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

test('a bootstrap that is killed twenty times at random instants is completed by the next, with nothing double', async () => {
  // One that follows begins from nothing.
  await killAtRandom(
    KILLS,
    () => world.start(['bootstrap']),
    () => destroyAll(world),
  );
  await expectCompleted();
});

test('a bootstrap that is killed at every boundary of its steps goes on from there, with nothing double', async () => {
  await destroyAll(world);
  const killed = await killAtBoundaries(() => world.start(['bootstrap']));
  expect(killed).toEqual(
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
