import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Docker engine of the test's own, with an empty store. Needs root. */
export interface DockerEngine {
  /** For DOCKER_HOST. */
  host: string;
  folder: string;
  /** Runs the client that comes with the engine. @throws where it fails */
  docker: (...args: string[]) => string;
  /** Ends the engine as a power cut does; `resume` starts it again with what it has. */
  halt: () => Promise<void>;
  resume: () => Promise<void>;
  stop: () => Promise<void>;
}

export const PREFIX = 'millrace-engine-';
/** Debian's own client; another one on the PATH may be newer than what the engine speaks. */
export const CLIENT = '/usr/bin/docker';

/** @param options `dataRoot`: where its images lie, e.g. on a small disk; below its own folder by default */
export async function startDockerEngine(options: { dataRoot?: string } = {}): Promise<DockerEngine> {
  sweepDead();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const host = `unix://${join(folder, 'docker.sock')}`;
  const bridge = makeBridge();
  const docker = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(CLIENT, ['--host', host, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const start = (): Promise<ChildProcess> =>
    launch(folder, host, bridge, options.dataRoot ?? join(folder, 'data'));
  let child = await start();
  return {
    host,
    folder,
    docker,
    async halt() {
      await end(child, 'SIGKILL', folder);
      // As after a power cut: what a boot begins without.
      unmountBelow(join(folder, 'run'));
      rmSync(join(folder, 'run'), { recursive: true, force: true });
    },
    async resume() {
      child = await start();
    },
    async stop() {
      await end(child, 'SIGTERM', folder);
      spawnSync('ip', ['link', 'delete', bridge]);
      unmountBelow(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(folder: string, host: string, bridge: string, dataRoot: string): Promise<ChildProcess> {
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  rmSync(join(folder, 'dockerd.pid'), { force: true });
  const args = [
    ...['--host', host, '--data-root', dataRoot, '--exec-root', join(folder, 'run')],
    ...['--pidfile', join(folder, 'dockerd.pid'), '--bridge', bridge],
    // Nobody's firewall is changed: what runs inside sees no network, and needs none.
    ...['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--log-level', 'warn'],
  ];
  // A test run that is killed takes its engine along.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'dockerd', ...args], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const { status } = spawnSync(CLIENT, ['--host', host, 'version'], { stdio: 'ignore' });
    if (status === 0) return child;
    await sleep(100);
  }
  await end(child, 'SIGKILL', folder);
  throw new Error(
    `dockerd did not come up:\n${readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-2000)}`,
  );
}

export async function end(child: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const insist = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(insist);
  }
  endRest(folder);
}

/** containerd and its shims outlive an engine that was killed. */
function endRest(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try {
      const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (!program.includes('containerd') || !args.some((arg) => arg.startsWith(folder))) continue;
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

/** Named after this process and the count of its engines, by which its subnet is chosen too. */
let bridges = 0;
function makeBridge(): string {
  const number = bridges++;
  const name = `mt${process.pid.toString(36)}x${number}`;
  const subnet = `172.31.${(process.pid * 7 + number) % 250}.1/24`;
  spawnSync('ip', ['link', 'delete', name]);
  for (const args of [
    ['link', 'add', 'name', name, 'type', 'bridge'],
    ['address', 'add', subnet, 'dev', name],
    ['link', 'set', name, 'up'],
  ]) {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  }
  return name;
}

/** What test runs that were killed have left: mounts, folders, bridges. */
export function sweepDead(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (existsSync(`/proc/${pid}`)) continue;
    const folder = join(tmpdir(), name);
    endRest(folder);
    unmountBelow(folder);
    rmSync(folder, { recursive: true, force: true });
    for (let number = 0; number < 4; number++)
      spawnSync('ip', ['link', 'delete', `mt${pid.toString(36)}x${number}`]);
  }
}

/** Deepest first. */
export function unmountBelow(folder: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
  for (const path of mounts) spawnSync('umount', ['--lazy', path]);
}
