import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareBaseSystem } from '../../../generator/lab/machines/base-system.ts';
import { bootMachine } from '../../../generator/lab/machines/boot-machine.ts';
import { describeBridge, makeBridge, removeBridge } from '../../../generator/lab/machines/bridge.ts';
import type { Bridge } from '../../../generator/lab/machines/bridge.ts';
import { listMachines } from '../../../generator/lab/machines/machine.ts';
import type { Machine } from '../../../generator/lab/machines/machine.ts';
import { removeMachine, stopMachine } from '../../../generator/lab/machines/stop-machine.ts';
import { unmountBelow } from '../../../generator/lab/start-engine.ts';

/** How a command inside ended. */
export interface Said {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A Debian of the test's own with sshd, reached by SSH at an address of its own. Needs root. */
export interface TestMachine {
  address: string;
  /** Private key that opens it. */
  keyFile: string;
  /** May become root without a password. */
  user: string;
  /** What it is underneath, e.g. to look at its processes. */
  machine: Machine;
  /** Runs a program inside by way of SSH; each word arrives as it is. */
  ssh: (argv: readonly string[], input?: string) => Said;
  /** Text of a file as the machine has it; undefined where it has none. */
  read: (path: string) => string | undefined;
  /** Switches it off and on: its disk stays as it is. */
  restart: (how?: 'off' | 'kill') => Promise<void>;
  /** Takes it away, and the world with it where it was started without one. */
  stop: () => Promise<void>;
}

/** Several machines that reach each other. */
export interface MachineWorld {
  folder: string;
  bridge: Bridge;
  keyFile: string;
  start: (options?: MachineOptions) => Promise<TestMachine>;
  /** Takes all of them away. */
  stop: () => Promise<void>;
}

export interface MachineOptions {
  /** Its layers, uppermost first; the base system alone by default. */
  system?: readonly string[];
  hostName?: string;
  /** Of the world's own by default. */
  addresses?: readonly string[];
}

const PREFIX = 'millrace-machines-';
const ROOT = join(import.meta.dirname, '../../..');
const TARGET = join(ROOT, 'target/test');
const USER = 'admin';

/** One for all tests of a checkout; the first that asks has it made, which takes a minute or two. */
export async function baseSystem(): Promise<string> {
  return makeOnce('base-system', (folder) => prepareBaseSystem(folder, () => undefined));
}

/** The layer above the base that has Debian's Docker in it, made once. @returns layers, uppermost first */
export async function dockerSystem(): Promise<string[]> {
  const base = await baseSystem();
  const layer = await makeOnce('docker-system', async (folder) => {
    const world = await startMachineWorld();
    try {
      const host = await world.start({ system: [base] });
      const script =
        'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends docker.io iptables && apt-get clean';
      const { status, stderr } = host.ssh(['sudo', 'sh', '-c', script]);
      if (status !== 0)
        throw new Error(`the base system with Docker cannot be made: ${stderr.slice(-2_000)}`);
      await stopMachine(host.machine, 'off');
      const upper = join(world.folder, 'machines', host.machine.name, 'upper');
      const copied = spawnSync('cp', ['-a', upper, folder], { encoding: 'utf8' });
      if (copied.status !== 0) throw new Error(copied.stderr);
    } finally {
      await world.stop();
    }
    return folder;
  });
  return [layer, base];
}

/**
 * The base system with the packages of a bake in it, made once: they need not be fetched again by each. What a bake finds
 * at its version it leaves as it is (packer/cluster-node.pkr.hcl).
 */
export async function bakeSystem(): Promise<string> {
  const base = await baseSystem();
  return makeOnce('bake-system', async (folder) => {
    const host = await startMachine({ system: [base] });
    try {
      const list = readFileSync(join(ROOT, 'ansible/requirements.txt'), 'utf8');
      const installed = host.ssh(['sudo', 'sh', '-euc', INSTALL_ANSIBLE], list);
      if (installed.status !== 0)
        throw new Error(`Ansible cannot be installed in the base system: ${installed.stderr.slice(-2_000)}`);
      rmSync(`${folder}.new`, { recursive: true, force: true });
      mkdirSync(`${folder}.new`);
      // What is mounted in the machine is not of its disk.
      const script = 'tar --one-file-system -C "/proc/$1/root" -cf - . | tar -C "$2" -xf -';
      const args = ['-euc', script, 'copy', `${host.machine.init}`, `${folder}.new`];
      const copied = spawnSync('sh', args, { encoding: 'utf8' });
      if (copied.status !== 0) throw new Error(copied.stderr);
      renameSync(`${folder}.new`, folder);
    } finally {
      rmSync(`${folder}.new`, { recursive: true, force: true });
      await host.stop();
    }
    return folder;
  });
}

const INSTALL_ANSIBLE = `cat >/tmp/requirements.txt
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -qy upgrade
apt-get -qy install --no-install-recommends python3-venv python3-apt docker.io iptables apparmor fail2ban unattended-upgrades
python3 -m venv /opt/millrace-bake
/opt/millrace-bake/bin/pip -q --no-cache-dir install --require-hashes --only-binary :all: -r /tmp/requirements.txt
mv /tmp/requirements.txt /opt/millrace-bake/
apt-get clean`;

/** Runs `make` unless the folder is there; who comes meanwhile waits. */
export async function makeOnce(name: string, make: (folder: string) => Promise<string>): Promise<string> {
  mkdirSync(TARGET, { recursive: true });
  const folder = join(TARGET, name);
  const lock = `${folder}.lock`;
  for (let waited = 0; ; waited += 200) {
    if (existsSync(folder)) return folder;
    const owner = takeLock(lock);
    if (owner === process.pid) break;
    if (waited > 600_000) throw new Error(`process ${owner} takes too long to make ${folder}`);
    await sleep(200);
  }
  try {
    return existsSync(folder) ? folder : await make(folder);
  } finally {
    rmdirSync(join(lock, `${process.pid}`));
    rmdirSync(lock);
  }
}

/** @returns who has it */
function takeLock(lock: string): number {
  try {
    mkdirSync(lock);
    mkdirSync(join(lock, `${process.pid}`));
    return process.pid;
  } catch {
    const owner = existsSync(lock) ? Number(readdirSync(lock)[0] ?? 0) : 0;
    if (owner > 0 && !existsSync(`/proc/${owner}`)) rmSync(lock, { recursive: true, force: true });
    return owner;
  }
}

/** @param options `system` as for each of its machines */
export async function startMachineWorld(): Promise<MachineWorld> {
  await sweepDead();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const keyFile = join(folder, 'key');
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', keyFile]);
  const bridge = await makeBridge(folder);
  // The host leads an address to one machine only, and tests of other checkouts have theirs.
  const [first, second] = createHash('sha256').update(folder).digest();
  const prefix = `10.${64 + (first! % 64)}.${second!}`;
  let count = 0;
  return {
    folder,
    bridge,
    keyFile,
    async start(options = {}) {
      const number = ++count;
      const request = {
        folder,
        name: `m${number}`,
        hostName: options.hostName ?? `machine-${number}`,
        system: options.system ?? [await baseSystem()],
        addresses: options.addresses ?? [`${prefix}.${number}`],
        bridge,
        logins: [{ user: USER, keys: [readFileSync(`${keyFile}.pub`, 'utf8')] }],
      };
      let machine = await bootMachine(request);
      const address = request.addresses.at(-1)!;
      return {
        address,
        keyFile,
        user: USER,
        get machine() {
          return machine;
        },
        ssh: (argv, input) => runBySsh({ folder, keyFile, address }, argv, input),
        read: (path) => {
          const { status, stdout } = spawnSync('cat', [`/proc/${machine.init}/root${path}`], {
            encoding: 'utf8',
          });
          return status === 0 ? stdout : undefined;
        },
        restart: async (how = 'off') => {
          await stopMachine(machine, how);
          machine = await bootMachine(request);
        },
        stop: () => removeMachine(machine),
      };
    },
    stop: () => removeWorld(folder),
  };
}

/** One machine alone, in a world of its own. */
export async function startMachine(options: MachineOptions = {}): Promise<TestMachine> {
  const world = await startMachineWorld();
  try {
    return Object.assign(await world.start(options), { stop: world.stop });
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** @param at `folder` is where known hosts are written down */
export function runBySsh(
  at: { folder: string; keyFile: string; address: string },
  argv: readonly string[],
  input = '',
): Said {
  const known = `UserKnownHostsFile=${at.folder}/known_hosts`;
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=5',
    'LogLevel=ERROR',
    'StrictHostKeyChecking=accept-new',
    known,
  ];
  const words = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const args = ['-F', 'none', '-i', at.keyFile, '-o', 'IdentitiesOnly=yes'];
  for (const option of options) args.push('-o', option);
  const { status, stdout, stderr } = spawnSync('ssh', [...args, `${USER}@${at.address}`, words], {
    encoding: 'utf8',
    input,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

async function removeWorld(folder: string): Promise<void> {
  for (const machine of listMachines(folder)) await removeMachine(machine);
  await removeBridge(describeBridge(folder));
  rmSync(folder, { recursive: true, force: true });
}

/** What runs that were killed have left: their worlds, and base systems that were not made to their end. */
export async function sweepDead(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!existsSync(`/proc/${pid}`)) await removeWorld(join(tmpdir(), name));
  }
  for (const name of existsSync(TARGET) ? readdirSync(TARGET) : []) {
    const pid = /^base-system\.(\d+)$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    // debootstrap mounts `/proc` there.
    await unmountBelow(join(TARGET, name));
    rmSync(join(TARGET, name), { recursive: true, force: true });
  }
}
