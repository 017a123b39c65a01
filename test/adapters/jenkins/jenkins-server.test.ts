import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunInContainer } from '../../../generator/adapters/engine/run-in-container.ts';
import { createExecTransport } from '../../../generator/adapters/jenkins/exec-transport.ts';
import { createHttpTransport } from '../../../generator/adapters/jenkins/http-transport.ts';
import { createJenkinsServer } from '../../../generator/adapters/jenkins/jenkins-server.ts';
import type { JenkinsTransport } from '../../../generator/adapters/jenkins/jenkins-transport.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { JenkinsServer } from '../../../generator/ports/jenkins.ts';
import { FAKE_PASSWORD, startFakeJenkins } from '../../fakes/fake-jenkins.ts';
import type { FakeJenkins } from '../../fakes/fake-jenkins.ts';
import { createHurriedClock } from '../../fakes/hurried-clock.ts';

let folder: string;
let passwordFile: string;
let fake: FakeJenkins;
let ran: (readonly string[])[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${FAKE_PASSWORD}\n`);
  ran = [];
  fake = await startFakeJenkins();
});
afterEach(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true });
});

/** A stand-in for a container: runs the script with this machine's own shell and curl. */
const runHere: RunInContainer = (_container, argv) => {
  ran.push(argv);
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr }));
  });
};

type Kind = 'exec' | 'http';

function transportOf(kind: Kind, base = fake.address): JenkinsTransport {
  const name = 'Jenkins';
  if (kind === 'http') return { ...createHttpTransport({ base, passwordFile }), name };
  return createExecTransport({ container: 'c', run: runHere, name, base, secret: passwordFile });
}

const server = (kind: Kind, base?: string): JenkinsServer =>
  createJenkinsServer(transportOf(kind, base), createHurriedClock());

const SEED = '/job/shop/job/deliver/job/seed';

describe.each<Kind>(['exec', 'http'])('a Jenkins by %s', (kind) => {
  test('answers with JSON, and with nothing where there is nothing', async () => {
    fake.jobs.set(SEED, { builds: [{ number: 3, result: 'SUCCESS', description: 'ö' }] });
    const { get } = server(kind);
    const tree = 'tree=inQueue,builds[number,result]{0,2}';
    expect(await get(`${SEED}/api/json?${tree}`)).toMatchObject({
      lastBuild: { number: 3, description: 'ö' },
    });
    // As it may stand in an address, and as it was meant.
    expect(fake.requests.at(-1)).toMatch(/^[A-Z]+ [\w/?=,%.-]+$/);
    expect(decodeURIComponent(fake.requests.at(-1)!)).toBe(`GET ${SEED}/api/json?${tree}`);
    expect(await get('/job/other/api/json')).toBeUndefined();
  });

  test('is told with a crumb of its own, and says where what was made is', async () => {
    fake.jobs.set(SEED, { builds: [] });
    const { post } = server(kind);
    const form = { text: 'a&b=c "d"\nö', file: '@/etc/passwd' };
    expect(await post(`${SEED}/build?delay=0sec`, form)).toEqual({
      status: 201,
      location: '/prefix/queue/item/1/',
    });
    expect(Object.fromEntries(new URLSearchParams(fake.forms[0]))).toEqual(form);
    expect(await post('/job/none/build')).toEqual({ status: 404 });
    expect(fake.requests.map((one) => one.split('?')[0])).toEqual([
      'GET /crumbIssuer/api/json',
      `POST ${SEED}/build`,
      'GET /crumbIssuer/api/json',
      'POST /job/none/build',
    ]);
  });

  test('gives a console in pieces', async () => {
    const build = { number: 1, building: true, console: 'one\ntwo\n' };
    fake.jobs.set(SEED, { builds: [build] });
    const { readConsole } = server(kind);
    expect(await readConsole(`${SEED}/1`, 0)).toEqual({ text: 'one\ntwo\n', next: 8, isOver: false });
    build.building = false;
    expect(await readConsole(`${SEED}/1`, 4)).toEqual({ text: 'two\n', next: 8, isOver: true });
    expect(await readConsole(`${SEED}/2`, 0)).toBeUndefined();
  });

  test('that starts is asked again, also what must not be done twice', async () => {
    fake.jobs.set(SEED, { builds: [] });
    fake.failing = [503, 502, 503];
    expect(await server(kind).get(`${SEED}/api/json`)).toMatchObject({ inQueue: false });
    // The crumb is refused first, then the request without one.
    fake.failing = [503, 503];
    expect(await server(kind).post(`${SEED}/build`)).toMatchObject({ status: 201 });
    expect(fake.forms).toHaveLength(1);
  });

  test('is not told twice where something before it may have handed it on', async () => {
    fake.jobs.set(SEED, { builds: [] });
    fake.failingPosts = [502];
    await expect(server(kind).post(`${SEED}/build`)).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
      message: 'Jenkins does not answer: it answers 502; see its log and try again',
    });
    expect(fake.requests.filter((one) => one.startsWith('POST'))).toHaveLength(1);
  });

  test('that has been started anew meanwhile is told with another crumb', async () => {
    fake.jobs.set(SEED, { builds: [] });
    fake.onCrumb = () => {
      fake.onCrumb = () => undefined;
      fake.restart();
    };
    expect(await server(kind).post(`${SEED}/build`)).toMatchObject({ status: 201 });
    expect(fake.forms).toHaveLength(1);
  });

  test('that goes on starting is an error, after a while', async () => {
    fake.failing = Array.from({ length: 100 }, () => 503);
    await expect(server(kind).get('/api/json')).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
      message: 'Jenkins does not answer: it is starting (503); see its log and try again',
    });
    expect(fake.requests.length).toBeGreaterThan(5);
  });

  test('that nobody runs is an error', async () => {
    await expect(server(kind, 'http://127.0.0.1:9').post('/x')).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
    });
  });

  test.each([
    [
      401,
      'JENKINS_DENIED',
      'Jenkins does not take the password of its user millrace (401); its configuration has another one than the secret jenkins_service_password; to set both anew: `millrace secret rotate jenkins_service_password --apply`',
    ],
    [
      403,
      'JENKINS_DENIED',
      'Jenkins forbids its user millrace to GET /a (403); see the permissions in jenkins/casc.yaml',
    ],
    [
      500,
      'JENKINS_REFUSED',
      'Jenkins answers GET /a with 500: Error of the stand-in; see its log: docker service logs',
    ],
  ])('that answers %d says what to do', async (status, code, message) => {
    fake.failing = [status];
    await expect(server(kind).get('/a?tree=b')).rejects.toMatchObject({ code, message });
  });

  test('with another password is told so', async () => {
    writeFileSync(passwordFile, 'other');
    await expect(server(kind).post(`${SEED}/build`)).rejects.toMatchObject({ code: 'JENKINS_DENIED' });
  });

  test('of which the answer is no JSON is told so', async () => {
    fake.jobs.set(SEED, { builds: [{ number: 1, console: '<html>' }] });
    await expect(server(kind).get(`${SEED}/1/logText/progressiveText`)).rejects.toMatchObject({
      code: 'JENKINS_REFUSED',
      message: `Jenkins was expected to answer ${SEED}/1/logText/progressiveText with JSON, found "<html>"; is it a Jenkins?`,
    });
  });
});

describe('the script in the container', () => {
  test('has the password in no argument, also of what it starts', async () => {
    // A curl that says what it was called with.
    const bin = join(folder, 'bin');
    spawnSync('mkdir', [bin]);
    writeFileSync(join(bin, 'curl'), `#!/bin/sh\necho "$@" >>${folder}/seen\nexec /usr/bin/curl "$@"\n`, {
      mode: 0o755,
    });
    const run: RunInContainer = (container, [file = '', ...args], silence) =>
      runHere(container, ['env', `PATH=${bin}:${process.env['PATH']}`, file, ...args], silence);
    fake.jobs.set(SEED, { builds: [] });
    const transport = createExecTransport({
      container: 'c',
      run,
      name: 'Jenkins',
      base: fake.address,
      secret: passwordFile,
    });
    const { post, get } = createJenkinsServer(transport, createHurriedClock());
    await post(`${SEED}/build`, { a: 'b' });
    await get(`${SEED}/api/json`);
    const seen = spawnSync('cat', [join(folder, 'seen')], { encoding: 'utf8' }).stdout;
    expect(seen.trim().split('\n')).toHaveLength(3);
    for (const words of [seen, ...ran.flat()]) {
      expect(words).not.toContain('ss$word');
      expect(words).not.toContain('JSESSIONID');
    }
  });

  test.each([
    ['secret jenkins_service_password', {}],
    ['curl', { PATH: '/nowhere' }],
  ])('says where there is no %s', async (what, env) => {
    const secret = what === 'curl' ? passwordFile : join(folder, 'none');
    const run: RunInContainer = (container, [, ...args], silence) =>
      runHere(
        container,
        ['/usr/bin/env', ...Object.entries(env).map((pair) => pair.join('=')), '/bin/sh', ...args],
        silence,
      );
    const transport = createExecTransport({ container: 'c', run, name: 'Jenkins', secret });
    await expect(createJenkinsServer(transport, createHurriedClock()).get('/')).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
      message: `Jenkins has no ${what} in its container, by which it is asked; see stacks/jenkins.yml and jenkins-image/`,
    });
  });

  test('that cannot be run since the container has gone is told so', async () => {
    const run: RunInContainer = () =>
      Promise.reject(new UserError('NO_CONTAINER', 'the container c has gone'));
    const transport = createExecTransport({ container: 'c', run, name: 'Jenkins' });
    await expect(createJenkinsServer(transport, createHurriedClock()).get('/')).rejects.toMatchObject({
      code: 'JENKINS_UNREACHABLE',
      message: 'Jenkins does not answer: the container c has gone; try again',
    });
  });
});
