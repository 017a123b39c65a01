import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngine } from '../../../generator/adapters/engine/open-engine.ts';
import type { Engine } from '../../../generator/ports/engine.ts';
import { CLIENT, PREFIX, end, sweepDead, unmountBelow } from './docker-engine.ts';

/** A Swarm of one engine, in a network namespace of its own: Swarms of several tests take each other no ports. Needs root. */
export interface SwarmEngine {
  engine: Engine;
  /** For DOCKER_HOST. */
  host: string;
  folder: string;
  /** Runs a client of this engine. @throws where it fails */
  docker: (...args: string[]) => string;
  /** Starts a program where the engine's ports are. */
  start: (file: string, ...args: string[]) => ChildProcess;
  /** Version.Index of every object of the Swarm, by kind and name. */
  versions: () => Promise<Record<string, number>>;
  stop: () => Promise<void>;
}

const NAMESPACES = '/var/run/netns';
let engines = 0;

/** @param registryPort of this machine's loopback; the engine finds it at the same address */
export async function startSwarmEngine(registryPort: number): Promise<SwarmEngine> {
  sweepDead();
  sweepNamespaces();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const namespace = `mtsw${process.pid}x${engines++}`;
  const host = `unix://${join(folder, 'docker.sock')}`;
  run('ip', 'netns', 'add', namespace);
  run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
  const children: ChildProcess[] = [];
  const start = (file: string, ...args: string[]): ChildProcess => {
    const log = openSync(join(folder, 'dockerd.log'), 'a');
    // A test run that is killed takes them along.
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', 'nsenter', `--net=${NAMESPACES}/${namespace}`, file, ...args],
      { stdio: ['ignore', 'pipe', log] },
    );
    closeSync(log);
    children.push(child);
    return child;
  };
  const docker = (...args: string[]): string => run(CLIENT, '--host', host, ...args);
  const relay = await startRelay(join(folder, 'registry.sock'), registryPort);
  start(process.execPath, '-e', RELAY, String(registryPort), join(folder, 'registry.sock'));
  const dockerd = start('dockerd', ...argumentsOf(folder, host));
  dockerd.stdout!.resume();
  const stop = async (): Promise<void> => {
    await end(dockerd, 'SIGTERM', folder);
    for (const child of children) child.kill('SIGKILL');
    relay.close();
    spawnSync('ip', ['netns', 'delete', namespace]);
    unmountBelow(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForEngine(host, dockerd, folder);
    docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
  } catch (error) {
    await stop();
    throw error;
  }
  const engine = openEngine(host);
  return { engine, host, folder, docker, start, versions: () => readVersions(engine), stop };
}

function argumentsOf(folder: string, host: string): string[] {
  const at = (name: string): string => join(folder, name);
  return [
    ...['--host', host, '--data-root', at('data'), '--exec-root', at('run'), '--pidfile', at('dockerd.pid')],
    ...['--iptables=false', '--ip6tables=false', '--log-level', 'warn'],
  ];
}

async function waitForEngine(host: string, child: ChildProcess, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    if (spawnSync(CLIENT, ['--host', host, 'version'], { stdio: 'ignore' }).status === 0) return;
    await sleep(100);
  }
  throw new Error(
    `dockerd did not come up:\n${readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-2000)}`,
  );
}

/** From a port of the namespace's loopback to a socket file, which is the same on both sides. */
const RELAY = `
const net = require('node:net');
const [, port, path] = process.argv;
net.createServer((client) => {
  const server = net.connect(path);
  client.on('error', () => server.destroy()).pipe(server);
  server.on('error', () => client.destroy()).pipe(client);
}).listen(Number(port), '127.0.0.1');
`;

async function startRelay(path: string, port: number): Promise<Server> {
  const server = createServer((client) => {
    const registry = connect(port, '127.0.0.1');
    client.on('error', () => registry.destroy()).pipe(registry);
    registry.on('error', () => client.destroy()).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}

async function readVersions(engine: Engine): Promise<Record<string, number>> {
  const kinds = ['services', 'configs', 'secrets'];
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const objects = (await engine.get(`/${kind}`)) as {
        Version: { Index: number };
        Spec: { Name: string };
      }[];
      return objects.map(({ Version, Spec }): [string, number] => [`${kind} ${Spec.Name}`, Version.Index]);
    }),
  );
  return Object.fromEntries(found.flat().sort());
}

function run(file: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** What test runs that were killed have left. */
function sweepNamespaces(): void {
  for (const name of existsSync(NAMESPACES) ? readdirSync(NAMESPACES) : []) {
    const pid = /^mtsw([0-9]+)x/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) spawnSync('ip', ['netns', 'delete', name]);
  }
}
