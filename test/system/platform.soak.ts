import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyKilled, expectFine } from './services/cluster-world.ts';
import { askJenkins } from './services/jenkins-jobs.ts';
import type { JenkinsJobs } from './services/jenkins-jobs.ts';
import { startPlatformWorld } from './services/platform-world.ts';
import type { PlatformWorld } from './services/platform-world.ts';

/** The same parts as in platform.test: what takes an hour. */
let world: PlatformWorld;
let jenkins: JenkinsJobs;

beforeAll(async () => {
  world = await startPlatformWorld();
  jenkins = askJenkins(world);
});
afterAll(async () => {
  await world?.stop();
});

const KILLS = 20;
const DOCKERFILE = 'jenkins-image/Dockerfile';

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');
const identity = (): Promise<string> =>
  world.insideService('jenkins_controller', ['cat', '/var/jenkins_home/secrets/master.key']);
const imageOfController = (): Promise<string> =>
  world.inside([
    ...['docker', 'service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}'],
    'platform-jenkins_controller',
  ]);

async function bootstrap(): Promise<void> {
  expectFine(await world.run(['bootstrap', '--json']));
}

test('a bootstrap that is killed twenty times is completed by the next, with nothing double', async () => {
  await applyKilled(world, KILLS, 90_000, 'bootstrap');
  await bootstrap();
  expect(await world.count()).toEqual({ instances: 1, vpcs: 1, volumes: 1, groups: 2, keyPairs: 1 });
  expect(await jenkins.online()).toEqual({ 'Built-In Node': true, 'build-1': true, 'deploy-1': true });
  const plan = await world.run(['plan', '--detailed-exitcode']);
  expect(plan.code).toBe(0);
});

/** Waits until the job outside is over; what it says is in the next plan. */
async function waitForReport(): Promise<string> {
  for (const end = Date.now() + 1_500_000; Date.now() < end; await sleep(5_000)) {
    const jobs = await world.inside(['docker', 'service', 'ls', '--format', '{{.Name}} {{.Replicas}}']);
    if (/^millrace-handover\S* [1-9]\/\d+ \(0\//m.test(jobs)) continue;
    const { stdout, stderr } = await world.run(['plan']);
    if (/(?:failed|was deployed outside of Jenkins) at /.test(stdout + stderr)) return stdout + stderr;
  }
  throw new Error('nothing was reported');
}

describe('a controller that is no good', () => {
  test.each([
    ['never becomes healthy', 'ENV STAND_IN_FAULT=unhealthy'],
    ['ends after 20 seconds', 'ENV STAND_IN_FAULT=crash'],
  ])('and %s is rolled back, and its home with it', async (_what, line) => {
    const [home, image, builds] = [
      await identity(),
      await imageOfController(),
      await jenkins.builds('deliver'),
    ];
    world.commit({
      [DOCKERFILE]: read(DOCKERFILE).replace('# With the slash:', `${line}\n# With the slash:`),
    });
    expect(await jenkins.run('deliver')).toMatchObject({ result: 'SUCCESS' });
    expect(await waitForReport()).toContain('stack:jenkins');
    expect(await imageOfController()).toBe(image);
    expect(await identity()).toBe(home);
    expect(await jenkins.builds('deliver')).toEqual(expect.arrayContaining(builds));
    world.git('revert', '--no-edit', 'HEAD');
    await bootstrap();
  });
});

test('the only node is lost in the middle of a swap: the next run from a workstation brings all back', async () => {
  const home = await identity();
  world.commit({
    [DOCKERFILE]: read(DOCKERFILE).replace('# With the slash:', 'LABEL edition="3"\n# With the slash:'),
  });
  const running = world.start(['apply']);
  for (const end = Date.now() + 600_000; Date.now() < end && !/taking a snapshot/.test(running.said());)
    await sleep(200);
  await world.loseNode();
  await running.ended;
  await bootstrap();
  expect(await identity()).toBe(home);
  expect(await jenkins.online()).toMatchObject({ 'deploy-1': true });
});
