import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HashedComponent, ProjectSource, TaskContext } from '../../../generator/drivers/driver.ts';
import { createJobsDriver } from '../../../generator/drivers/jobs/jobs-driver.ts';
import { Project } from '../../../generator/model/project/project.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Observation } from '../../../generator/plan/plan.ts';
import type { FakeBuild, FakeJenkins } from '../../fakes/fake-jenkins.ts';
import { openJenkinsWorld } from '../../fakes/jenkins-world.ts';
import type { JenkinsWorld } from '../../fakes/jenkins-world.ts';

const SEED = '/job/shop/job/deliver/job/seed';
const [OURS, THEIRS] = ['a'.repeat(64), 'b'.repeat(64)];
const [HEAD, OTHER] = ['c'.repeat(40), 'd'.repeat(40)];
const COMPONENT: HashedComponent = {
  id: 'jobs:shop',
  kind: 'jobs',
  name: 'shop',
  content: [],
  order: [],
  externals: [],
  hash: OURS,
};
const SOURCE = {
  project: Project.parse({ project: 'shop', branch: 'master' }),
  files: { revision: HEAD },
} as unknown as ProjectSource;

let world: JenkinsWorld;
let fake: FakeJenkins;
beforeEach(async () => {
  world = await openJenkinsWorld();
  fake = world.fake;
});
afterEach(() => world.stop());

const seeded = (...builds: FakeBuild[]): void => void fake.jobs.set(SEED, { builds });

async function observe(): Promise<Observation | undefined> {
  const { observe } = createJobsDriver(world);
  return (await observe([COMPONENT], SOURCE)).get('jobs:shop');
}

interface Run {
  phases: string[];
  lines: string[];
  error?: unknown;
}

async function deploy(signal = new AbortController().signal): Promise<Run> {
  const run: Run = { phases: [], lines: [] };
  const task = {
    source: SOURCE,
    signal,
    phase: (text: string) => run.phases.push(text),
    log: (line: string) => run.lines.push(line),
  } as unknown as TaskContext;
  try {
    await createJobsDriver(world).deploy!(COMPONENT, task);
  } catch (error) {
    run.error = error;
  }
  return run;
}

const started = (): number => fake.requests.filter((one) => one.startsWith(`POST ${SEED}/build`)).length;

describe('the jobs that Jenkins has', () => {
  test('are not there where no controller is, or its seed job never ran', async () => {
    seeded();
    expect(await observe()).toEqual({ state: 'absent', why: 'the seed job never ran' });
    fake.jobs.clear();
    expect(await observe()).toEqual({ state: 'absent', why: 'the seed job never ran' });
    world.isThere = false;
    expect(await observe()).toEqual({ state: 'absent', why: 'host absent' });
  });

  test('are what the last run that went through says', async () => {
    const timestamp = Date.parse('2030-01-01T00:00:00Z');
    seeded({ number: 4, result: 'SUCCESS', description: OURS, commit: OTHER, timestamp });
    expect(await observe()).toEqual({
      state: 'running',
      hash: OURS,
      pending: false,
      drift: [],
      revision: OTHER,
      deployed: '2030-01-01T00:00:00.000Z',
      parts: [{ name: 'seed job', state: 'build 4: SUCCESS' }],
    });
  });

  test.each<[string, FakeBuild, string]>([
    ['failed', { number: 5, result: 'FAILURE' }, 'build 5: FAILURE'],
    ['was aborted', { number: 5, result: 'ABORTED' }, 'build 5: ABORTED'],
    ['runs', { number: 5, building: true }, 'build 5 runs'],
  ])('are pending where the last run %s', async (_what, last, state) => {
    seeded({ number: 4, result: 'SUCCESS', description: OURS }, last);
    expect(await observe()).toMatchObject({ hash: OURS, pending: true, parts: [{ state }] });
  });

  test('are pending where only a run that failed is known', async () => {
    seeded({ number: 1, result: 'FAILURE' });
    expect(await observe()).toMatchObject({ hash: null, pending: true });
  });

  test('are never absent where Jenkins does not answer', async () => {
    fake.failing = Array.from({ length: 100 }, () => 503);
    await expect(observe()).rejects.toMatchObject({ code: 'JENKINS_UNREACHABLE' });
  });
});

describe('deploying the jobs', () => {
  test('runs the seed job, shows what it says, and believes what it recorded', async () => {
    seeded();
    fake.start = () => ({ result: 'SUCCESS', description: OURS, commit: HEAD, console: 'one\r\ntwo\nthree' });
    const run = await deploy();
    expect(run).toEqual({
      phases: ['starting the seed job', 'waits in the queue', 'build 1'],
      lines: ['one', 'two', 'three'],
    });
    expect(await observe()).toMatchObject({ hash: OURS, pending: false, revision: HEAD });
  });

  test('runs nothing where these jobs are there already', async () => {
    seeded({ number: 2, result: 'SUCCESS', description: OURS });
    expect((await deploy()).lines).toEqual(['the seed job has made these jobs already, in its build 2']);
    expect(started()).toBe(0);
  });

  test('runs it again where its last run failed, whatever the one before recorded', async () => {
    seeded({ number: 1, result: 'SUCCESS', description: OURS }, { number: 2, result: 'FAILURE' });
    fake.start = () => ({ result: 'UNSTABLE', description: OURS });
    expect((await deploy()).error).toBeUndefined();
    expect(started()).toBe(1);
  });

  test('waits for a run that is under way, and starts none where that did it', async () => {
    const build: FakeBuild = { number: 3, building: true, console: 'at work\n' };
    seeded(build);
    const finish = setTimeout(() => Object.assign(build, DONE), 100);
    const run = await deploy();
    clearTimeout(finish);
    expect(run.error).toBeUndefined();
    expect(run.lines).toEqual([
      'the seed job is under way already: it is waited for',
      'at work',
      'the seed job has made these jobs already, in its build 3',
    ]);
    expect(started()).toBe(0);
  });

  const DONE = { building: false, result: 'SUCCESS', description: OURS };

  test('starts one after a run under way that was for something else', async () => {
    seeded();
    await world.jenkins.find().then((server) => server!.post(`${SEED}/build`));
    fake.start = () => ({ result: 'SUCCESS', description: started() === 1 ? THEIRS : OURS });
    expect((await deploy()).error).toBeUndefined();
    expect(started()).toBe(2);
  });

  test('fails as the seed job does', async () => {
    seeded();
    fake.start = () => ({ result: 'FAILURE', console: 'ERROR: no such folder\n' });
    const { error, lines } = await deploy();
    expect(lines).toEqual(['ERROR: no such folder']);
    expect(error).toMatchObject({
      code: 'SEED_FAILED',
      message:
        "the seed job's build 1 in Jenkins ended as FAILURE; its last lines say why; mend that, push it, and run this again",
    });
  });

  test('fails where the branch holds another commit', async () => {
    seeded();
    fake.start = () => ({ result: 'SUCCESS', description: THEIRS, commit: OTHER });
    expect((await deploy()).error).toMatchObject({
      code: 'OTHER_COMMIT',
      message:
        'jobs:shop of commit cccccccccccc was expected (aaaaaaaaaaaa), but on the branch master Jenkins found commit dddddddddddd (bbbbbbbbbbbb); push first, then run this again',
    });
    fake.start = () => ({ result: 'SUCCESS' });
    expect((await deploy()).error).toMatchObject({ code: 'OTHER_COMMIT' });
  });

  test('finds Jenkins again where it goes away while it is waited for', async () => {
    const build: FakeBuild = { number: 1, building: true };
    seeded(build);
    const finish = setTimeout(() => {
      fake.failing = Array.from({ length: 40 }, () => 503);
      world.failures = [new UserError('SSH_UNREACHABLE', 'no'), new UserError('JENKINS_UNREACHABLE', 'no')];
      Object.assign(build, { building: false, result: 'SUCCESS', description: OURS });
    }, 100);
    expect((await deploy()).error).toBeUndefined();
    clearTimeout(finish);
    expect(world.failures).toEqual([]);
  });

  test('says what is missing where there is no controller or no seed job', async () => {
    expect((await deploy()).error).toMatchObject({ code: 'NO_SEED' });
    world.isThere = false;
    expect((await deploy()).error).toMatchObject({ code: 'NO_JENKINS' });
  });

  test('ends at once when it is told to, and leaves the run to Jenkins', async () => {
    seeded({ number: 1, building: true });
    const { error } = await deploy(AbortSignal.timeout(100));
    expect(error).toMatchObject({
      code: 'INTERRUPTED',
      message: 'the build goes on in Jenkins; the same command again waits for it',
    });
  });
});
