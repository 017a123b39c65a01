import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labFolder } from '../../generator/lab/lab-state.ts';
import { bridgesOf, firstNumber } from '../../generator/lab/engine-network.ts';
import { buildCli } from './services/built-cli.ts';
import { eventually } from './services/eventually.ts';
import { labTraces } from './services/lab-traces.ts';

const TOOLS = join(import.meta.dirname, '../../target/python/bin');
/** No engine of the machine's is taken: what the lab starts is what is looked at. */
const ENV = {
  ...process.env,
  PATH: `${TOOLS}:${process.env['PATH']}`,
  NODE_OPTIONS: '',
  DOCKER_HOST: 'unix:///nowhere/docker.sock',
};

let root: string;
let program: string;
beforeAll(async () => {
  program = (await buildCli()).file;
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-test-'));
  writeFileSync(
    join(root, 'project.yaml'),
    `project: shop
images: { api: { context: . } }
aws: { region: eu-west-1, accounts: ["111122223333"] }
`,
  );
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
});
afterEach(() => {
  millrace('lab', 'down');
  rmSync(root, { recursive: true, force: true });
});

function millrace(...args: string[]): { code: number | null; out: string; error: string } {
  const run = spawnSync('node', [program, ...args], { cwd: root, encoding: 'utf8', env: ENV });
  return { code: run.status, out: run.stdout, error: run.stderr };
}

/** Every process that says in its environment that it is the lab's. */
function labProcesses(): string[] {
  const mark = `MILLRACE_LAB_FOLDER=${labFolder(root)}`;
  return readdirSync('/proc').filter((name) => {
    try {
      return /^[0-9]+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
}

/**
 * Each once; containerd is the engine's own, and node stands before the AWS stand-in. What the engine starts for a moment,
 * such as iptables or itself in the namespace of a network, ends by itself.
 */
const PROGRAMS = ['containerd', 'docker-registry', 'dockerd', 'moto_server', 'node'];

/** Their names, as proc(5) has them: `comm` is the script's where an interpreter runs one. */
function programs(): string[] {
  return labProcesses()
    .map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
    .sort();
}

function expectNothingLeft(): void {
  expect(labProcesses()).toEqual([]);
  expect(existsSync(labFolder(root))).toBe(false);
  expect(labTraces(labFolder(root))).toEqual([]);
}

test('up starts a registry, an AWS stand-in with the listed account, and an engine; down leaves nothing', async () => {
  expect(millrace('lab', 'up').code).toBe(0);
  const { parts } = JSON.parse(millrace('lab', 'status', '--json').out) as {
    parts: { name: string; state: string; address: string }[];
  };
  expect(parts.map(({ name, state }) => `${name} ${state}`)).toEqual(['registry up', 'aws up', 'engine up']);
  const [registry, aws, engine] = parts.map(({ address }) => address);
  expect((await fetch(`http://${registry}/v2/`)).status).toBe(200);
  const identity = await fetch(`${aws}/?Action=GetCallerIdentity&Version=2011-06-15`, {
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/sts/aws4_request' },
  });
  expect(await identity.text()).toContain('<Account>111122223333</Account>');
  expect(
    execFileSync('docker', ['--host', engine!, 'info', '--format', '{{.Driver}}'], { encoding: 'utf8' }),
  ).toMatch(/\w+/);
  // Its own engine is a Swarm of one node, so that stacks have a place.
  expect(
    execFileSync('docker', ['--host', engine!, 'node', 'ls', '--format', '{{.Status}} {{.ManagerStatus}}'], {
      encoding: 'utf8',
    }),
  ).toBe('Ready Leader\n');

  // What runs stays as it is, but for what the engine starts for a moment.
  await eventually(() => expect(programs()).toEqual(PROGRAMS));
  const before = labProcesses();
  expect(millrace('lab', 'up').code).toBe(0);
  await eventually(() => expect(labProcesses()).toEqual(before));

  expect(millrace('lab', 'down')).toMatchObject({
    code: 0,
    out: 'The lab is gone; nothing of it is left.\n',
  });
  expectNothingLeft();
  expect(millrace('lab', 'down')).toMatchObject({ code: 0, out: 'There is no lab.\n' });
});

test.each([300, 1500, 2500, 4000])(
  'an up that is killed after %i ms is finished by the next, and down finds all that it started',
  async (milliseconds) => {
    const killed = spawn('node', [program, 'lab', 'up'], { cwd: root, env: ENV, stdio: 'ignore' });
    await sleep(milliseconds);
    killed.kill('SIGKILL');
    const next = millrace('lab', 'up');
    expect([next.code, next.error.split('\n').filter((line) => /^error/.test(line))]).toEqual([0, []]);
    await eventually(() => expect(programs()).toEqual(PROGRAMS));
    expect(millrace('lab', 'down').code).toBe(0);
    expectNothingLeft();
  },
);

test('a lab whose digits name the subnet of another one takes the next that is free', () => {
  const number = firstNumber(labFolder(root));
  const taken = `taken-${process.pid}`;
  const ip = (...words: string[]): string => execFileSync('ip', words, { encoding: 'utf8' });
  ip('link', 'add', 'name', taken, 'type', 'bridge');
  try {
    ip('address', 'add', `172.30.${number}.1/24`, 'dev', taken);
    const up = millrace('lab', 'up');
    expect([up.code, up.error.split('\n').filter((line) => /^error/.test(line))]).toEqual([0, []]);
    const { name } = bridgesOf(labFolder(root));
    const [, found] = / inet 172\.30\.([0-9]+)\.1\//.exec(ip('-4', 'address', 'show', 'dev', name))!;
    expect(Number(found)).not.toBe(number);
  } finally {
    ip('link', 'delete', taken);
  }
  expect(millrace('lab', 'down').code).toBe(0);
  expectNothingLeft();
});

test('its overlay networks are beside those of other engines, and down finds what a killed engine left of one', async () => {
  const ip = (...words: string[]): string => execFileSync('ip', words, { encoding: 'utf8' });
  const taken = ['vx-001000-other', 'vx-001001-other'];
  // What another engine of this machine makes of its first networks, at the port that is everybody's.
  for (const [index, link] of taken.entries())
    ip('link', 'add', link, 'type', 'vxlan', 'id', String(4096 + index), 'dstport', '4789');
  try {
    expect(millrace('lab', 'up').code).toBe(0);
    const folder = labFolder(root);
    const docker = (args: string[], input?: Buffer): string =>
      execFileSync('docker', ['--host', `unix://${folder}/docker.sock`, ...args], {
        encoding: 'utf8',
        input,
      });
    const image = execFileSync('tar', ['-C', '/usr', '-c', 'bin/busybox'], { maxBuffer: 2 ** 26 });
    docker(['import', '-', 'local/busybox'], image);
    docker(['network', 'create', '--driver', 'overlay', '--attachable', 'inside']);
    docker(['run', '--detach', '--network', 'inside', 'local/busybox', '/bin/busybox', 'sleep', '600']);
    const id = docker(['network', 'ls', '--quiet', '--no-trunc', '--filter', 'name=inside']).slice(0, 5);
    // Killed between two of the engine's steps, as seen: the link lies beside the machine's own, not in its namespace.
    const left = `vx-001abc-${id}`;
    ip('link', 'add', left, 'type', 'vxlan', 'id', '6844', 'dstport', '4790');
    process.kill(Number(readFileSync(join(folder, 'dockerd.pid'), 'utf8')), 'SIGKILL');
    expect(millrace('lab', 'down').code).toBe(0);
    expectNothingLeft();
    expect(readdirSync('/sys/class/net').filter((link) => link.endsWith(`-${id}`))).toEqual([]);
  } finally {
    for (const link of taken) ip('link', 'delete', link);
  }
});

test('a command with --lab says in one line that there is none', () => {
  expect(millrace('validate', '--lab')).toEqual({
    code: 1,
    out: '',
    error: 'error: the lab of this repository is not up; run `millrace lab up`\n',
  });
});

test.each([
  [['node', 'ssh-keygen'], 'cannot start docker-registry: there is no such program on the PATH'],
  [['node'], 'ssh-keygen'],
])('a program that is missing beside %j is named, and nothing is left running', (there, error) => {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const name of there) {
    const found = spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(name === 'node' ? process.execPath : found, join(bin, name));
  }
  const run = spawnSync(process.execPath, [program, 'lab', 'up'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...ENV, PATH: bin },
  });
  expect(run.status).toBe(1);
  expect(run.stderr).toContain(error);
  expect(labProcesses()).toEqual([]);
});
