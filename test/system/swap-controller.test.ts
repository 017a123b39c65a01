/** A real Swarm and registry; the controller is a stand-in. */
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backUpHome, restoreHome } from '../../generator/drivers/backup/back-up-home.ts';
import type { HomeOwner } from '../../generator/drivers/backup/back-up-home.ts';
import type { BackupPlace } from '../../generator/drivers/backup/backup-place.ts';
import { createFilePlace } from '../../generator/drivers/backup/file-place.ts';
import { createS3Place } from '../../generator/drivers/backup/s3-place.ts';
import { findHome } from '../../generator/drivers/home/find-home.ts';
import { tasksOf } from '../../generator/drivers/home/scale-service.ts';
import { placeHome } from '../../generator/drivers/home/start-swap.ts';
import type { SwapWork } from '../../generator/drivers/home/swap-work.ts';
import { lookAtSwarm, servicesOf } from '../../generator/drivers/stack/look-at-swarm.ts';
import { createStackDriver } from '../../generator/drivers/stack/stack-driver.ts';
import type { Artifact } from '../../generator/plan/plan.ts';
import { AWS_KEY, pushAwsCli } from './services/aws-cli-stand-in.ts';
import { pushController } from './services/controller-stand-in.ts';
import { commitOf, deploy, observeRunning, startStackWorld } from './services/stack-world.ts';
import type { Deployed, StackCommit, StackWorld } from './services/stack-world.ts';

let world: StackWorld;
let data: string;
const at = (controller: Artifact): StackCommit => {
  const file = {
    services: {
      controller: {
        image: 'shop/controller',
        volumes: [{ type: 'bind', source: join(data, 'jenkins'), target: '/var/jenkins_home' }],
        deploy: {
          labels: {
            'millrace.swap.steady': '5s',
            'millrace.swap.within': '40s',
            'millrace.swap.quiet': '1s',
          },
          restart_policy: { delay: '500ms' },
          update_config: { order: 'stop-first' },
        },
      },
      'build-1': { image: 'shop/agent', command: ['sleep', '100000'], init: true },
    },
  };
  return commitOf(
    { 'stacks/jenkins.yml': JSON.stringify(file) },
    { controller, agent: agent },
    { stack: 'jenkins' },
  );
};
let agent: Artifact;
let [first, second, sick, crashing]: Artifact[] = [];
const home = (name: string): string => readFileSync(join(data, 'jenkins', name), 'utf8');
/** The digest of the image that runs. */
const runs = (): string => {
  const id = world.swarm.docker('ps', '--quiet', '--filter', 'name=shop-jenkins_controller');
  return world.swarm.docker('inspect', '--format', '{{.Config.Image}}', id).split('@')[1] ?? '';
};
const services = async (): Promise<string[]> =>
  Object.keys(await world.swarm.versions()).filter((name) => /service|swap/.test(name));
const PLAIN = ['services shop-jenkins_build-1', 'services shop-jenkins_controller'];

describe('a controller that is swapped', () => {
  beforeAll(async () => {
    world = await startStackWorld();
    data = join(world.swarm.folder, 'millrace-data');
    mkdirSync(join(data, 'jenkins/jobs/api/builds/1'), { recursive: true });
    writeFileSync(join(data, 'jenkins/jobs/api/builds/1/log'), 'built well\n');
    const { registry } = world;
    [first, second] = [await pushController(registry, '1'), await pushController(registry, '2')];
    [sick, crashing] = [
      await pushController(registry, '3', 'never healthy'),
      await pushController(registry, '4', 'crashes'),
    ];
    agent = await world.push('shop/agent');
    await deploy(world, at(first));
  });
  afterAll(() => world?.stop());

  test('for a good one keeps its home, and one snapshot of it as it was', async () => {
    const said = await deploy(world, at(second!));
    expect(said.log).toContain('unchanged: build-1');
    expect(runs()).toBe(second!.id);
    expect(home('started')).toBe('1\n2\n');
    expect(home('jobs/api/builds/1/log')).toBe('built well\n');
    const [, snapshot = ''] = readdirSync(data).sort();
    expect(snapshot).toMatch(/^jenkins\.snapshot-[0-9]{17}$/);
    expect(readFileSync(join(data, snapshot, 'version'), 'utf8')).toBe('1\n');
    expect(await services()).toEqual(PLAIN);
    expect(await observeRunning(world, at(second!))).toMatchObject({ pending: false, drift: [] });
  });

  test.each([
    ['never becomes healthy', () => sick!, /not healthy after 40 s|does not stay up.*health check/],
    ['crashes after a while', () => crashing!, /does not stay up.*no such field: 4/],
  ])('for one that %s runs again with the home that it had', async (_what, bad, why) => {
    const said: Deployed = { log: [], phases: [] };
    const failed = deploy(world, at(bad()), { said });
    await expect(failed).rejects.toThrow(why);
    await expect(failed).rejects.toThrow('the former controller and its JENKINS_HOME are back');
    expect(runs()).toBe(second!.id);
    // It has begun once more; the new one's traces are gone.
    expect(home('version')).toBe('2\n');
    expect(home('started')).not.toMatch(/[34]/);
    expect(home('jobs/api/builds/1/log')).toBe('built well\n');
    expect(await services()).toEqual(PLAIN);
    expect((await observeRunning(world, at(second!))).pending).toBe(true);
  });

  test('is not even stopped for one that cannot be fetched', async () => {
    const before = home('started');
    const missing = { ...first!, id: `sha256:${'0'.repeat(64)}` };
    await expect(deploy(world, at(missing))).rejects.toThrow(
      /its node cannot fetch .*shop\/controller@sha256:0+; Jenkins was not stopped/,
    );
    expect(home('started')).toBe(before);
    expect(runs()).toBe(second!.id);
  });

  test('is brought back or brought on by the next run, wherever one was killed', async () => {
    const at5 = at(await pushController(world.registry, '5'));
    // Stopped, with the snapshot being made; the new one being started.
    for (const word of ['home-snapshot', 'stack deploy']) {
      const steps = await killAfter(word, at5);
      expect(steps.at(-1)).toContain(word);
    }
    await deploy(world, at5);
    expect(runs()).toBe(at5.artifacts.get('image:controller')!.id);
    expect(home('jobs/api/builds/1/log')).toBe('built well\n');
    expect(await services()).toEqual(PLAIN);
    expect(readdirSync(data).filter((name) => name !== 'jenkins')).toHaveLength(1);
  });
});

describe('JENKINS_HOME', () => {
  const backups = (): string => join(world.swarm.folder, 'backups');
  const workWith = async (): Promise<{ owner: HomeOwner; work: SwapWork }> => {
    const { engine } = world.swarm;
    const live = servicesOf(await lookAtSwarm(engine, 'shop'), 'shop', 'jenkins').get('controller')!;
    const task = { phase: () => undefined, log: () => undefined, signal: new AbortController().signal };
    return {
      owner: { live, home: placeHome(findHome(live), await tasksOf(engine, live.ID))! },
      work: { engine, project: 'shop', stack: 'jenkins', tools: world.tools, task },
    };
  };
  const kinds: [string, (found: { owner: HomeOwner; work: SwapWork }) => BackupPlace][] = [
    [
      'a folder of this machine',
      ({ owner: { home: place, live } }) =>
        createFilePlace({
          ...{ folder: backups(), project: 'shop', processes: world.tools.processes, host: world.swarm.host },
          ...{ parent: place.parent, image: live.Spec.TaskTemplate.ContainerSpec!.Image },
        }),
    ],
    [
      'a bucket',
      ({ owner: { home: place }, work }) =>
        createS3Place({
          ...{ url: 's3://bucket/shop', project: 'shop', stack: 'jenkins', home: place, id: '1' },
          image: `${world.registry}/shop/agent@${aws.id}`,
          credentials: { AWS_SECRET_ACCESS_KEY: AWS_KEY },
          tools: { ...world.tools, engine: work.engine, signal: work.task.signal },
        }),
    ],
  ];
  let aws: Artifact;
  beforeAll(async () => {
    world = await startStackWorld();
    data = join(world.swarm.folder, 'millrace-data');
    [first, agent] = [await pushController(world.registry, '1'), await world.push('shop/agent')];
    aws = await pushAwsCli(world.registry);
    mkdirSync(join(data, 'jenkins'), { recursive: true });
    await deploy(world, at(first));
  });
  afterAll(() => world?.stop());

  test.each(kinds)('is backed up to %s and restored when it was lost', async (_what, open) => {
    mkdirSync(join(data, 'jenkins/jobs/api/builds/1'), { recursive: true });
    mkdirSync(join(data, 'jenkins/workspace/api'), { recursive: true });
    mkdirSync(join(data, 'jenkins/plugins'), { recursive: true });
    writeFileSync(join(data, 'jenkins/jobs/api/builds/1/log'), 'built well\n', { mode: 0o640 });
    writeFileSync(join(data, 'jenkins/plugins/old.jpi'), 'older than the image’s');
    const found = await workWith();
    const place = open(found);
    const said: string[] = [];
    for (const id of ['20260101000000001', '20260101000000002', '20260101000000003']) {
      const { name, manifest } = await backUpHome(found.owner, place, { id, keep: 2 }, found.work);
      expect(manifest.bytes).toBeGreaterThan(100);
      said.push(name);
    }
    expect(await place.list()).toEqual(said.slice(1));
    rmSync(join(data, 'jenkins/jobs'), { recursive: true });
    writeFileSync(join(data, 'jenkins/after'), 'the backup');
    await restoreHome(found.owner, place, { id: '20260101000000004', name: said[2]! }, found.work);
    expect(home('jobs/api/builds/1/log')).toBe('built well\n');
    expect(statSync(join(data, 'jenkins/jobs/api/builds/1/log')).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(data, 'jenkins'))).toEqual(['jobs', 'started', 'version']);
    expect(await services()).toEqual(PLAIN);
    expect(Object.keys(await world.swarm.versions()).filter((name) => name.startsWith('secrets'))).toEqual(
      [],
    );
    // What it replaced, and nothing else.
    const beside = readdirSync(data).filter((name) => !/^(?:jenkins|bucket)$/.test(name));
    expect(beside).toEqual([expect.stringMatching(/^jenkins\.snapshot-/)]);
    expect(await observeRunning(world, at(first!))).toMatchObject({ pending: false, drift: [] });
  });

  test('is not replaced by a backup that is damaged', async () => {
    const found = await workWith();
    const place = kinds[0]![1](found);
    const name = (await place.list()).at(-1)!;
    writeFileSync(join(backups(), `${name}.tar.gz`), 'damaged');
    const restored = restoreHome(found.owner, place, { id: '20260101000000005', name }, found.work);
    await expect(restored).rejects.toThrow(
      /the backup is damaged.*the former controller and its JENKINS_HOME are back/,
    );
    expect(home('jobs/api/builds/1/log')).toBe('built well\n');
    expect(runs()).toBe(first!.id);
  });
});

/** A run that is dead right after the first step of this kind. */
async function killAfter(word: string, commit: StackCommit): Promise<readonly string[]> {
  let dead = (): void => undefined;
  const death = new Promise<void>((resolve) => (dead = resolve));
  const steps: string[] = [];
  const { engine } = world.swarm;
  const take = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    if (steps.some((step) => step.includes(word))) {
      dead();
      return new Promise(() => undefined);
    }
    const result = await work();
    steps.push(name);
    return result;
  };
  const driver = createStackDriver({
    ...world.tools,
    swarms: {
      find: () =>
        Promise.resolve({
          ...engine,
          post: (path, body, ...rest) =>
            take(`POST ${path} ${JSON.stringify(body).slice(0, 100)}`, () =>
              engine.post(path, body, ...rest),
            ),
          remove: (path) => take(`DELETE ${path}`, () => engine.remove(path)),
        }),
    },
    processes: {
      run: (command, options) =>
        take(command.args.join(' '), () => world.tools.processes.run(command, options)),
    },
  });
  const run = deploy({ driver }, commit);
  await Promise.race([death, run]);
  return steps;
}
