import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectFine } from './services/cluster-world.ts';
import { askJenkins } from './services/jenkins-jobs.ts';
import type { JenkinsBuild, JenkinsJobs } from './services/jenkins-jobs.ts';
import { startPlatformWorld } from './services/platform-world.ts';
import type { PlatformWorld } from './services/platform-world.ts';

/** The same parts as in platform.test; the swaps of a controller that do not go well. */
let world: PlatformWorld;
let jenkins: JenkinsJobs;

const DOCKERFILE = 'jenkins-image/Dockerfile';
const STACK = 'stacks/jenkins.yml';
/** Instead of a quarter of an hour and a minute. */
const LIMITS = 'labels: { millrace.swap.within: 150s, millrace.swap.steady: 45s, millrace.swap.quiet: 60s }';

beforeAll(async () => {
  world = await startPlatformWorld();
  jenkins = askJenkins(world);
  const text = read(STACK);
  const [before, after] = [/(\n {2}controller:\n(?: {4}.*\n)*? {4}deploy:\n)/, `$1      ${LIMITS}\n`];
  world.commit({ [STACK]: text.replace(before, after) });
  await bootstrap();
});
afterAll(async () => {
  await world?.stop();
});

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');

/** Another controller's image. */
function editController(lines: string): void {
  world.commit({
    [DOCKERFILE]: read(DOCKERFILE).replace('# With the slash:', `${lines}\n# With the slash:`),
  });
}

async function bootstrap(): Promise<void> {
  expectFine(await world.run(['bootstrap']));
}

interface Remembered {
  image: string;
  identity: string;
  builds: Omit<JenkinsBuild, 'log'>[];
}

/** What only the controller and its home know. */
async function remember(): Promise<Remembered> {
  const [image, identity, builds] = await Promise.all([
    world.inside([
      ...['docker', 'service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}'],
      'platform-jenkins_controller',
    ]),
    world.insideService('jenkins_controller', ['cat', '/var/jenkins_home/secrets/master.key']),
    jenkins.builds('deliver'),
  ]);
  return { image, identity, builds };
}

/** Waits until the job outside is over. @returns what it has left for the next plan, which says it */
async function waitForReport(): Promise<string> {
  for (const end = Date.now() + 1_500_000; Date.now() < end; await sleep(5_000)) {
    const { stdout, stderr } = await world.run(['plan']);
    const [found] =
      /stack:jenkins of commit \w+ (?:failed|was deployed outside of Jenkins) at .*/.exec(stdout + stderr) ??
      [];
    if (found !== undefined) return found;
  }
  throw new Error('nothing was reported');
}

describe('a controller that is no good', () => {
  test.each([
    ['never becomes healthy', 'ENV STAND_IN_FAULT=unhealthy', /not healthy after 150 s/],
    ['ends after 20 seconds', 'ENV STAND_IN_FAULT=crash', /does not stay up/],
  ])('and %s is rolled back, and its home with it', async (_what, line, why) => {
    const before = await remember();
    editController(line);
    expect(await jenkins.run('deliver')).toMatchObject({ result: 'SUCCESS' });
    const said = await waitForReport();
    expect(said).toMatch(/^stack:jenkins of commit \w+ failed at /);
    expect(said).toMatch(why);
    expect(said).toContain('the former controller and its JENKINS_HOME are back');
    await expectSame(before);
    await goBack();
  });

  test('and cannot be pulled does not even stop the former one', async () => {
    const before = await remember();
    const container = await containerOfController();
    editController('RUN echo 3 >/tmp/edition');
    const built = await world.run(['apply', '--only', 'image:jenkins-controller', '--json']);
    expectFine(built);
    const [{ artifact }] = built.json.components as [(typeof built.json.components)[0]];
    await loseLastLayer(artifact!.id);
    const { result, log } = await jenkins.run('deliver');
    expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
    expect(log).not.toContain('[image:jenkins-controller] built');
    const said = await waitForReport();
    expect(said).toMatch(
      /^stack:jenkins of commit \w+ failed at .*its node cannot fetch .*Jenkins was not stopped/,
    );
    await expectSame(before);
    expect(await containerOfController()).toBe(container);
    await goBack();
  });
});

/** Image and identity, and the builds that there were. */
async function expectSame({ image, identity, builds }: Remembered): Promise<void> {
  const after = await remember();
  expect(after).toMatchObject({ image, identity });
  expect(after.builds).toEqual(expect.arrayContaining(builds));
}

/** Each of its tasks has another. */
const containerOfController = (): Promise<string> =>
  world.inside([
    ...['docker', 'ps', '--no-trunc', '--format', '{{.ID}}', '--filter'],
    'label=com.docker.swarm.service.name=platform-jenkins_controller',
  ]);

/** By the revert of the commit: that it ends well is told by the next plan, too. */
async function goBack(): Promise<void> {
  world.git('revert', '--no-edit', 'HEAD');
  await bootstrap();
  const { code, stdout, stderr } = await world.run(['plan', '--detailed-exitcode']);
  expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
  expect(stdout + stderr).not.toContain('failed at');
}

/** As a disk loses it: its last layer is neither in the registry, which has its manifest, nor on the node. */
async function loseLastLayer(id: string): Promise<void> {
  const blobs = join(world.root(), 'var/lib/millrace/registry/docker/registry/v2/blobs/sha256');
  const pathOf = (digest: string): string => {
    const [, hex = ''] = digest.split(':');
    return join(blobs, hex.slice(0, 2), hex, 'data');
  };
  const manifest = JSON.parse(readFileSync(pathOf(id), 'utf8')) as { layers: { digest: string }[] };
  rmSync(pathOf(manifest.layers.at(-1)!.digest));
  const images = await world.inside([
    'docker',
    'image',
    'ls',
    '--format',
    '{{.Digest}} {{.ID}}',
    '--digests',
  ]);
  const [, image] = images
    .split('\n')
    .map((line) => line.split(' '))
    .find(([digest]) => digest === id)!;
  await world.inside(['docker', 'image', 'rm', '--force', image!]);
  await world.inside(['docker', 'builder', 'prune', '--all', '--force']);
}

describe('the only node is lost in the middle of a swap', () => {
  test.each([
    ['while its home is copied', '> taking a snapshot of JENKINS_HOME', '4'],
    ['while the new controller starts', '> waiting until the new controller is healthy', '5'],
  ])('%s: the next run from a workstation brings all back', async (_when, phase, edition) => {
    const before = await remember();
    editController(`LABEL edition="${edition}"`);
    const running = world.start(['apply']);
    let isOver = false;
    void running.ended.then(() => (isOver = true));
    while (!isOver && !running.said().includes(phase)) await sleep(50);
    expect(running.said()).toContain(phase);
    await world.loseNode();
    expect((await running.ended).code).toBe(1);
    await bootstrap();
    const after = await remember();
    expect(after.identity).toBe(before.identity);
    expect(after.image).not.toBe(before.image);
    expect(after.builds).toEqual(expect.arrayContaining(before.builds));
    expect(await jenkins.online()).toEqual({ 'Built-In Node': true, 'build-1': true, 'deploy-1': true });
    expect(await world.count()).toEqual({ instances: 1, vpcs: 1, volumes: 1, groups: 2, keyPairs: 1 });
  });
});
