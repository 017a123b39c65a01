/** The lab of somebody who is not root and may use an engine that is there. Where root runs this, it is done as `nobody`. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT, TEMPLATE } from '../drivers/ami/ami-fixture.ts';
import { pythonTool } from './services/aws-stand-in.ts';
import { buildCli } from './services/built-cli.ts';
import { openRepository } from './services/cli-run.ts';
import type { RunDocument } from './services/cli-run.ts';
import { startDockerEngine } from './services/docker-engine.ts';
import { labTraces } from './services/lab-traces.ts';
import { findPlainUser } from './services/plain-user.ts';
import type { Ended, PlainUser } from './services/plain-user.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-user-'));
const [checkout, home, temporary] = ['checkout', 'home', 'tmp'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
// As a login of Debian has it (login.defs, ENV_PATH), without the folders of root's programs.
const env: Record<string, string> = {
  PATH: `${dirname(pythonTool('moto_server'))}:/usr/local/bin:/usr/bin:/bin`,
  HOME: home,
  TMPDIR: temporary,
};
let needed: string[][];
let program: string;
let user: PlainUser;
const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];

beforeAll(async () => {
  program = (await buildCli()).file;
  needed = [
    [process.execPath, program, '--version'],
    [pythonTool('moto_server'), '--help'],
  ];
  user = findPlainUser(needed, { cwd: '/', env });
  for (const path of [checkout, home, temporary]) mkdirSync(path);
  const repository = openRepository(checkout);
  repository.git('init', '-q', '-b', 'main');
  repository.commit({
    'project.yaml': `${PROJECT}images: { api: { context: api } }\n`,
    'packer/node.pkr.hcl': TEMPLATE,
    'api/Dockerfile': 'FROM scratch\nCOPY greeting /greeting\n',
    'api/greeting': 'hello\n',
  });
  user.own(folder);
  env['DOCKER_HOST'] = await findEngine();
}, 120_000);
afterAll(async () => {
  millrace('lab', 'down');
  for (const end of endings.reverse()) await end();
});

/** One that the user may use and did not start. */
async function findEngine(): Promise<string> {
  if (process.getuid!() !== 0) return process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const engine = await startDockerEngine();
  endings.push(() => engine.stop());
  chmodSync(engine.folder, 0o711);
  chownSync(join(engine.folder, 'docker.sock'), user.uid, user.uid);
  return engine.host;
}

const millrace = (...args: string[]): Ended =>
  user.run([process.execPath, program, ...args], { cwd: checkout, env });

test('without root the lab comes up beside the engine that is there, and says what it leaves out', () => {
  const up = millrace('lab', 'up');
  expect([up.code, up.error.split('\n').filter((line) => line.startsWith('error'))]).toEqual([0, []]);
  expect(up.out).toMatch(/^registry {2}up .*\naws {7}up .*\nengine {4}up .*\n/);
  expect(up.out).toContain(`engine    up    ${env['DOCKER_HOST']}\n`);
  expect(up.out).toContain(
    'note: no machines, for this is not root: an instance is an entry of the AWS stand-in only; nothing can be baked or deployed to a cluster, one local engine serves\n',
  );
});

test('an image is built once and published; what needs a machine is refused and names why', async () => {
  expect(millrace('lock', '--lab')).toMatchObject({ code: 0 });
  for (const outcome of ['built', 'kept']) {
    const { code, out } = millrace('apply', '--lab', '--json');
    const { components } = JSON.parse(out) as RunDocument;
    const [ami, image] = ['ami:node', 'image:api'].map((id) => components.find((one) => one.id === id)!);
    expect([code, ami!.outcome, image!.outcome]).toEqual([1, 'failed', outcome]);
    expect(ami!.cause).toBe(
      'ami:node: this lab has no machines, so nothing can be baked in it; `millrace lab status` says why',
    );
    const [address, name, digest] = image!.artifact!.reference.split(/\/(.*)@/);
    expect((await fetch(`http://${address}/v2/${name}/manifests/${digest}`)).status).toBe(200);
  }
});

test('down leaves nothing', () => {
  const labs = readdirSync(temporary).filter((name) => name.startsWith('millrace-lab-'));
  expect(labs).toEqual([expect.stringContaining(`millrace-lab-${user.uid}-`)]);
  expect(millrace('lab', 'down')).toMatchObject({
    code: 0,
    out: 'The lab is gone; nothing of it is left.\n',
  });
  expect(readdirSync(temporary)).toEqual([]);
  expect(labTraces(join(temporary, labs[0]!))).toEqual([]);
});

test('without an engine there is no lab, and the one line says what to do', () => {
  const nowhere = { ...env, DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  const up = user.run([process.execPath, program, 'lab', 'up'], { cwd: checkout, env: nowhere });
  expect([up.code, up.error.split('\n').filter((line) => line.startsWith('error'))]).toEqual([
    1,
    ['error: no Docker engine answers at unix:///nowhere/docker.sock; start it, or run this as root'],
  ]);
  // What had come up before it goes, too.
  expect(millrace('lab', 'down').code).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

const asRoot = process.getuid!() === 0 ? test : test.skip;
asRoot('a user who has no name, as in a container, is told like others that there is no lab', () => {
  chmodSync(folder, 0o755);
  const nameless = findPlainUser(needed, { cwd: '/', env }, 54_321);
  const answer = nameless.run([process.execPath, program, 'validate', '--lab'], { cwd: checkout, env });
  expect(answer).toEqual({
    code: 1,
    out: '',
    error: 'error: the lab of this repository is not up; run `millrace lab up`\n',
  });
});
