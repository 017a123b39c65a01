import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openEngine } from '../../generator/adapters/engine/open-engine.ts';
import { openTunnel } from '../../generator/adapters/ssh/open-tunnel.ts';
import type { Tunnel, TunnelOptions } from '../../generator/adapters/ssh/open-tunnel.ts';
import { findFreePort } from '../../generator/lab/free-port.ts';
import type { ClusterNode } from '../../generator/ports/cluster-nodes.ts';
import { startDockerEngine } from './services/docker-engine.ts';
import type { DockerEngine } from './services/docker-engine.ts';
import { startPlainSshd } from './services/plain-sshd.ts';
import type { PlainSshd } from './services/plain-sshd.ts';

const HOME = join(import.meta.dirname, '../..');
let folder: string;
let engine: DockerEngine;
let host: PlainSshd;
let node: ClusterNode;
let options: TunnelOptions;
const tunnels: Tunnel[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ssh-tunnel-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'other')]);
  engine = await startDockerEngine();
  host = await startPlainSshd();
});
afterAll(async () => {
  await host.stop();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  node = { id: 'i-1', address: '127.0.0.1', port: host.port, user: 'root' };
  options = {
    keyFile: host.keyFile,
    knownHosts: join(folder, 'known_hosts'),
    stamp: 'test',
    remoteSocket: engine.host.replace('unix://', ''),
  };
});
afterEach(async () => {
  for (const tunnel of tunnels.splice(0)) await tunnel.close();
  rmSync(options.knownHosts, { force: true });
  expect(left()).toEqual([]);
});

const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('millrace-test-ssh-'));

async function open(more: Partial<TunnelOptions> = {}, where: Partial<ClusterNode> = {}): Promise<Tunnel> {
  const tunnel = await openTunnel({ ...node, ...where }, { ...options, ...more });
  tunnels.push(tunnel);
  return tunnel;
}

/** Programs on this machine that have the text among their arguments. */
function programsWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^[0-9]+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

async function until(isSo: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && !isSo(); attempt++) await sleep(100);
  return isSo();
}

const idOf = async (socket: string): Promise<unknown> =>
  ((await openEngine(`unix://${socket}`).get('/info')) as { ID: string }).ID;

describe('a tunnel', () => {
  test('reaches the engine of the machine, by a socket that nobody else may use, and leaves nothing', async () => {
    const { socket, engine: there, isOpen, close } = await open();
    // Where Docker has it, there is none on this machine.
    expect(there).toBe(existsSync('/var/run/docker.sock') ? 'there' : 'none');
    expect(await idOf(socket)).toBe(engine.docker('info', '--format', '{{.ID}}'));
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    expect(isOpen()).toBe(true);
    await close();
    expect(isOpen()).toBe(false);
    expect(existsSync(dirname(socket))).toBe(false);
    expect(programsWith(socket)).toEqual([]);
  });

  test('remembers the machine by its id, whatever its address', async () => {
    await open();
    const known = readFileSync(options.knownHosts, 'utf8');
    expect(known).toMatch(/^i-1 ssh-ed25519 /m);
    await open({}, { address: 'localhost' });
    expect(readFileSync(options.knownHosts, 'utf8')).toBe(known);
  });

  test('carries several calls at once and the docker client', async () => {
    const { socket } = await open();
    const ids = await Promise.all(Array.from({ length: 8 }, () => idOf(socket)));
    expect(new Set(ids).size).toBe(1);
    const said = execFileSync('/usr/bin/docker', [
      '--host',
      `unix://${socket}`,
      'info',
      '--format',
      '{{.ID}}',
    ]);
    expect(said.toString().trim()).toBe(ids[0]);
  });

  function startRun(how: 'stay' | 'end'): { run: ChildProcess; socket: Promise<string> } {
    const args = ['test/system/services/hold-tunnel.ts', how, JSON.stringify({ node, options })];
    const run = spawn('node', ['--import', './bin/ts-node.mjs', ...args], {
      cwd: HOME,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const socket = new Promise<string>((resolve) =>
      run.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())),
    );
    return { run, socket };
  }

  test('ends when its run is killed, however', async () => {
    const { run, socket } = startRun('stay');
    const path = await socket;
    expect(programsWith(path)).toHaveLength(1);
    run.kill('SIGKILL');
    expect(await until(() => programsWith(path).length === 0)).toBe(true);
    // What is left is a folder whose name says which run it was.
    rmSync(dirname(path), { recursive: true });
  });

  test('keeps no run from ending, and ends with it', async () => {
    const { run, socket } = startRun('end');
    const ended = new Promise((resolve) => run.once('exit', resolve));
    const path = await socket;
    expect(await ended).toBe(0);
    expect(await until(() => programsWith(path).length === 0)).toBe(true);
    expect(existsSync(dirname(path))).toBe(false);
  });

  test('that was interrupted before it was open leaves nothing', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    await expect(open({ signal: abort.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('what can go wrong is one line', () => {
  test('nothing listens there', async () => {
    await expect(open({}, { port: await findFreePort() })).rejects.toMatchObject({
      code: 'SSH_UNREACHABLE',
      message: expect.stringContaining('connection refused; is its SSH server up yet?'),
    });
  });

  test('the key is not among those that it takes', async () => {
    await expect(open({ keyFile: join(folder, 'other') })).rejects.toMatchObject({ code: 'SSH_KEY_REFUSED' });
  });

  test('the machine is not the one that it was, until the old key is forgotten as the message says', async () => {
    const [type, key] = readFileSync(join(folder, 'other.pub'), 'utf8').split(' ');
    writeFileSync(options.knownHosts, `i-1 ${type} ${key}\n`);
    const refused = await open().catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ code: 'SSH_HOST_KEY' });
    const [, command = ''] = /forget the old one: (.*)$/.exec((refused as Error).message) ?? [];
    const [program = '', ...args] = command.split(' ');
    execFileSync(program, args, { stdio: 'ignore' });
    rmSync(`${options.knownHosts}.old`);
    expect((await open()).isOpen()).toBe(true);
  });

  test('the program is not there', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(open()).rejects.toMatchObject({ code: 'NO_PROGRAM' });
    } finally {
      process.env['PATH'] = path;
    }
  });
});

test('a machine that dies is noticed', async () => {
  const dying = await startPlainSshd();
  const { isOpen } = await open({ keyFile: dying.keyFile }, { id: 'i-2', port: dying.port });
  expect(isOpen()).toBe(true);
  await dying.stop();
  expect(await until(() => !isOpen())).toBe(true);
});
