// The way to Jenkins through its controller's container, with a real engine, a real Swarm and a real curl. What answers is a
// stand-in for Jenkins' API; nothing here is a Jenkins.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock } from '../../generator/adapters/clock.ts';
import { createContainerRunner } from '../../generator/adapters/engine/run-in-container.ts';
import { createExecTransport } from '../../generator/adapters/jenkins/exec-transport.ts';
import { findController } from '../../generator/adapters/jenkins/find-controller.ts';
import { createJenkinsServer } from '../../generator/adapters/jenkins/jenkins-server.ts';
import type { JenkinsServer } from '../../generator/ports/jenkins.ts';
import { FAKE_PASSWORD, startFakeJenkins } from '../fakes/fake-jenkins.ts';
import type { FakeJenkins } from '../fakes/fake-jenkins.ts';
import { makeLayer } from './services/base-image.ts';
import { startSwarmEngine } from './services/swarm-engine.ts';
import type { SwarmEngine } from './services/swarm-engine.ts';

const SERVICE = 'shop-jenkins_controller';
const SEED = '/job/shop/job/deliver/job/seed';

let folder: string;
let fake: FakeJenkins;
let swarm: SwarmEngine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  fake = await startFakeJenkins();
  // The engine has a network of its own, where this port leads back here.
  swarm = await startSwarmEngine(Number(new URL(fake.address).port));
  const image = join(folder, 'image.tar');
  writeFileSync(image, makeLayer(addCurl));
  swarm.docker('import', '--change', 'ENV PATH=/bin', image, 'local/controller');
  const password = join(folder, 'password');
  writeFileSync(password, `${FAKE_PASSWORD}\n`);
  swarm.docker('secret', 'create', 'jenkins_service_password', password);
  const secret = 'source=jenkins_service_password,uid=1000,gid=1000,mode=0400';
  const service = [
    '--detach',
    '--name',
    SERVICE,
    '--network',
    'host',
    '--user',
    '1000',
    '--secret',
    secret,
    '--stop-grace-period',
    '1s',
  ];
  swarm.docker('service', 'create', '--no-resolve-image', ...service, 'local/controller', 'sleep', '9999');
});
afterAll(async () => {
  await swarm?.stop();
  await fake?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** This machine's curl with what it is linked with, beside busybox' shell. */
function addCurl(root: string): void {
  const { stdout } = spawnSync('ldd', ['/usr/bin/curl'], { encoding: 'utf8' });
  for (const [path] of stdout.matchAll(/\/\S*lib\S+/g)) copy(path, join(root, path));
  copy('/usr/bin/curl', join(root, 'bin/curl'));
  chmodSync(join(root, 'tmp'), 0o1777);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const { status, stderr } = spawnSync('cp', ['--dereference', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

async function findContainer(): Promise<string> {
  for (const until = Date.now() + 60_000; ; await sleep(500)) {
    try {
      const found = await findController(swarm.engine, SERVICE);
      expect(found).toMatchObject({ isHere: true });
      return found!.container;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

function serverIn(container: string): JenkinsServer {
  const run = createContainerRunner(swarm.host);
  const transport = createExecTransport({ container, run, name: 'the controller', base: fake.address });
  return createJenkinsServer(transport, createClock(), 2_000);
}

test('Jenkins is asked and told through its container; its password is nowhere to be seen', async () => {
  const container = await findContainer();
  // More than one frame of the engine's stream.
  const console = 'ö'.repeat(300_000);
  fake.jobs.set(SEED, { builds: [{ number: 1, result: 'SUCCESS', console }] });
  const { get, post, readConsole } = serverIn(container);

  expect(await get(`${SEED}/api/json?tree=builds[number]{0,1}`)).toMatchObject({ lastBuild: { number: 1 } });
  expect(await get('/job/none/api/json')).toBeUndefined();
  expect((await readConsole(`${SEED}/1`, 0))?.text).toBe(console);
  expect(await post(`${SEED}/build?delay=0sec`, { a: '"b" $c' })).toMatchObject({ status: 201 });
  expect(fake.forms).toEqual(['a=%22b%22+%24c']);

  const seen = swarm.docker('inspect', container) + swarm.docker('service', 'inspect', SERVICE);
  expect(seen).not.toContain('ss$word');
  expect(swarm.docker('exec', container, 'ls', '-A', '/tmp')).toBe('');
});

test('a container that has gone, and a service without a task, are told as such', async () => {
  const container = await findContainer();
  swarm.docker('service', 'scale', '--detach', `${SERVICE}=0`);
  for (const until = Date.now() + 60_000; swarm.docker('ps', '--quiet') !== ''; await sleep(500))
    expect(Date.now()).toBeLessThan(until);
  await expect(serverIn(container).get('/api/json')).rejects.toMatchObject({
    code: 'JENKINS_UNREACHABLE',
    message: expect.stringContaining('does not run any more; try again') as unknown,
  });
  await expect(findController(swarm.engine, SERVICE)).rejects.toMatchObject({
    code: 'JENKINS_UNREACHABLE',
    message: expect.stringContaining('no task of shop-jenkins_controller runs') as unknown,
  });
  expect(await findController(swarm.engine, 'shop-jenkins')).toBeUndefined();
});
