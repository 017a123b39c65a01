import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runTool } from '../../generator/lab/machines/run-tool.ts';
import { applyKilled, expectFine } from './services/cluster-world.ts';
import { deliverCluster, listRules } from './services/deliver-cluster.ts';
import { findSecrets, readLabSecrets } from './services/find-secrets.ts';
import { askJenkins } from './services/jenkins-jobs.ts';
import type { JenkinsJobs } from './services/jenkins-jobs.ts';
import { startPlatformWorld } from './services/platform-world.ts';
import type { PlatformWorld } from './services/platform-world.ts';
import { watchProcesses } from './services/process-watch.ts';
import type { ProcessWatch } from './services/process-watch.ts';

/**
 * From nothing to a Jenkins that builds itself, and back to nothing; each test goes on where the one before has ended.
 * Real: Packer, Ansible, SSH, engines, Swarm, registry, git, the shipped images' files. Stand-ins: AWS, and Jenkins
 * (test/samples/jenkins-stand-in), which runs the shell texts of the generated pipelines on its agents.
 */
let world: PlatformWorld;
let jenkins: JenkinsJobs;
let processes: ProcessWatch;

beforeAll(async () => {
  processes = watchProcesses();
  world = await startPlatformWorld();
  jenkins = askJenkins(world);
});
afterAll(async () => {
  processes.stop();
  await world?.stop();
});

/** 20 by `script/test soak` (platform-kills.soak). */
const KILLS = 2;

async function bootstrap(): Promise<Record<string, string>> {
  const answer = await world.run(['bootstrap', '--json']);
  expectFine(answer);
  return Object.fromEntries(answer.json.components.map(({ id, outcome }) => [id, outcome]));
}

/** What the service answers, seen from its own network. */
const visit = (): Promise<string> =>
  world.insideService('hello_hello', ['wget', '-q', '-O', '-', 'http://127.0.0.1:8080/']);

/** Jenkins, by way of the HTTPS entry at the node's address; nobody has signed its certificate. */
async function enter(path: string): Promise<string> {
  const [address] = await world.addresses();
  const there = ['--resolve', `ci.localhost:443:${address}`, `https://ci.localhost${path}`];
  return runTool('curl', ['--silent', '--show-error', '--fail', '--max-time', '30', '--insecure', ...there]);
}

/** Everything that the Swarm and its node hold, each by a name that must be there once. */
async function held(): Promise<string[]> {
  const lists = await Promise.all(
    ['service', 'network', 'config', 'secret'].map((sort) =>
      world.inside(['docker', sort, 'ls', '--format', `${sort} {{.Name}}`]),
    ),
  );
  return lists.flatMap((text) => text.trim().split('\n')).sort();
}

describe('a platform', () => {
  test('comes out of nothing though its bootstrap is killed on the way, up to its first delivery', async () => {
    await applyKilled(world, KILLS, [1_000, 50_000], 'bootstrap');
    expect(Object.values(await bootstrap())).not.toContain('failed');
    expect(await jenkins.online()).toEqual({ 'Built-In Node': true, 'build-1': true, 'deploy-1': true });
    expect((await jenkins.builds('deliver')).map(({ result }) => result)).toContain('SUCCESS');
    expect(await visit()).toContain('version 1');
    expect(await enter('/login')).toBe('a stand-in for Jenkins');
  });

  test('is there once: no machine, image, service or secret is double', async () => {
    const names = await held();
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /^secret /.test(name))).toEqual(
      [
        'jenkins_admin_password',
        'jenkins_agent_host_key',
        'jenkins_agent_key',
        'jenkins_credential_aws',
        'jenkins_service_password',
        'registry_htpasswd',
      ].map((name) => `secret ${name}`),
    );
    expect(await world.count()).toEqual({ instances: 1, vpcs: 1, volumes: 1, groups: 2, keyPairs: 1 });
  });

  test('that is there already is left alone by another bootstrap', async () => {
    const before = await held();
    expect(new Set(Object.values(await bootstrap()))).toEqual(new Set(['kept']));
    expect(await held()).toEqual(before);
  });
});

describe("its Jenkins, on its own agents, by its own pipeline's commands", () => {
  test('builds and deploys the one image that a commit changes, and nothing where none does', async () => {
    world.commit({ 'services/hello/index.html': 'hello, version 2\n' });
    const { result, log } = await jenkins.run('deliver');
    expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
    expect(log.match(/^\[[^\]]+\] (?:built|deployed) /gm)).toEqual([
      '[image:hello] built ',
      '[stack:hello] deployed ',
    ]);
    expect(await visit()).toContain('version 2');
    expect((await jenkins.run('deliver')).log).toContain('10 components; kept: 10');
  });

  test('fails where a test fails, and publishes and deploys nothing of it', async () => {
    world.commit({ 'services/hello/index.html': '' });
    const { result, log } = await jenkins.run('deliver');
    expect(result).toBe('FAILURE');
    expect(log).toContain('the test ["sh","-c","test -s /srv/index.html"] ended with exit code 1');
    expect(await visit()).toContain('version 2');
  });

  test('prunes, and what a revert goes back to is still there: nothing is built', async () => {
    world.git('revert', '--no-edit', 'HEAD');
    const { result, log } = await jenkins.run('prune');
    expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
    world.git('revert', '--no-edit', 'HEAD~2');
    const back = await jenkins.run('deliver');
    expect(back).toMatchObject({ result: 'SUCCESS' });
    expect(back.log).not.toContain('[image:hello]');
    expect(await visit()).toContain('version 1');
  });
});

/** What only its home knows: jobs with their builds, as it tells them and file by file, and who it is. */
async function remember(): Promise<Record<string, unknown>> {
  const jobs = ['seed', 'deliver', 'prune'];
  const histories = await Promise.all(jobs.map((job) => jenkins.builds(job)));
  const inHome = (script: string): Promise<string> =>
    world.insideService('jenkins_controller', ['sh', '-c', `cd /var/jenkins_home && ${script}`]);
  return {
    identity: await inHome('cat secrets/master.key'),
    files: (await inHome('find jobs -type f -exec sha256sum {} +')).trim().split('\n').sort(),
    ...Object.fromEntries(jobs.map((job, index) => [job, histories[index]])),
  };
}

const imageOf = async (service: string): Promise<string> =>
  world.inside([
    ...['docker', 'service', 'inspect', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}'],
    `platform-${service}`,
  ]);

describe('itself', () => {
  test('is built by itself, handed over to a job outside, and swapped; its home stays', async () => {
    const [before, image] = [await remember(), await imageOf('jenkins_controller')];
    const path = 'jenkins-image/Dockerfile';
    const text = readFileSync(join(world.folder, path), 'utf8');
    world.commit({ [path]: text.replace('# With the slash:', 'LABEL edition="2"\n# With the slash:') });
    const { result, log } = await jenkins.run('deliver');
    expect({ result, log }).toMatchObject({ result: 'SUCCESS' });
    expect(log).toContain('[stack:jenkins] handed over');
    await waitUntilDelivered();
    expect(await imageOf('jenkins_controller')).not.toBe(image);
    const after = await remember();
    expect(after['identity']).toBe(before['identity']);
    expect(after['deliver']).toEqual(expect.arrayContaining(before['deliver'] as unknown[]));
    expect(await jenkins.online()).toEqual({ 'Built-In Node': true, 'build-1': true, 'deploy-1': true });
    expect((await jenkins.run('deliver')).log).toContain('10 components; kept: 10');
  });

  test('and a rule of the cluster under it is changed by a job outside, which reaches the node from inside', async () => {
    const text = readFileSync(join(world.folder, 'project.yaml'), 'utf8');
    const more = text.replace('203.0.113.0/24', '203.0.113.0/24, 198.51.100.0/24');
    await deliverCluster(world, jenkins, { 'project.yaml': more });
    expect(await listRules(world, 'platform-cluster-public')).toContain('tcp 22 from 198.51.100.0/24');
  });

  test('comes back from a backup after all was destroyed: the same jobs, builds and identity', async () => {
    const place = `file:${join(world.folders.home, 'backups')}`;
    expectFine(await world.run(['backup', '--to', place, '--json']));
    const before = await remember();
    // What it has done in this file until now: both results, and logs of them.
    expect((before['deliver'] as { result: string }[]).map(({ result }) => result)).toEqual(
      expect.arrayContaining(['SUCCESS', 'FAILURE']),
    );
    expect(before['files']).toContainEqual(expect.stringMatching(/builds\/\d+\/log$/));
    expectFine(await world.run(['destroy', '--account', '123456789012', '--json']));
    await bootstrap();
    const empty = await remember();
    expect(empty['identity']).not.toBe(before['identity']);
    expect(empty['deliver']).not.toEqual(before['deliver']);
    expectFine(await world.run(['restore', '--from', place, '--json']));
    expect(await remember()).toEqual(before);
  });
});

/** What was handed over begins when its build has ended. */
async function waitUntilDelivered(): Promise<void> {
  for (const end = Date.now() + 600_000; Date.now() < end; await sleep(2_000)) {
    const { code } = await world.run(['plan', '--json', '--detailed-exitcode']);
    if (code === 0) return;
  }
  throw new Error('what was handed over did not end in time');
}

describe('its secrets', () => {
  test('are in no log, file, image, specification or list of processes', async () => {
    const secrets = await readLabSecrets(world);
    const planted = join(world.root(), 'var/log/planted');
    writeFileSync(planted, secrets['jenkins_agent_key']!);
    const found = findSecrets(secrets, world, world.root(), {
      'what commands said': world.said(),
      'specifications of services': await inspect('service'),
      'specifications of containers': await inspect('container'),
      // Those are a manager's to give (docs/decisions/024).
      'configs that tasks read': await inspect('config', /^(?:jenkins_.*|registry)_password$/),
      'lists of processes': processes.holding(Object.values(secrets)).join('\n'),
      'a text that is planted': secrets['registry_password']!,
    });
    // That it finds what is there is shown by what was put there.
    expect(found).toEqual([planted, 'a text that is planted']);
  });
});

/** All objects of a sort, without those of some names. */
async function inspect(sort: string, without = /^$/): Promise<string> {
  const format = sort === 'container' ? '{{.Names}}' : '{{.Name}}';
  const names = await world.inside(['docker', sort, 'ls', '--format', format]);
  const chosen = names
    .trim()
    .split('\n')
    .filter((name) => !without.test(name));
  return world.inside(['docker', sort, 'inspect', ...chosen]);
}

describe('taken away', () => {
  test('nothing is left, and twice is fine', async () => {
    for (const _time of [1, 2])
      expectFine(await world.run(['destroy', '--account', '123456789012', '--json']));
    expect(await world.count()).toEqual({ instances: 0, vpcs: 0, volumes: 0, groups: 0, keyPairs: 0 });
  });
});
