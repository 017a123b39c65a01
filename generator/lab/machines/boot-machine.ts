import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../model/user-error.ts';
import { isRunning, startServer } from '../own-process.ts';
import type { OwnProcess } from '../own-process.ts';
import { BOOT_SCRIPT, MACHINE_INIT, SERVICE_STAND_IN } from './boot-script.ts';
import { forwardPort, joinBridge } from './bridge.ts';
import type { Bridge } from './bridge.ts';
import { listChildren } from './list-children.ts';
import { machineFolder, namespaceOf, writeMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { endRest, removeNetwork } from './stop-machine.ts';
import { runTool } from './run-tool.ts';
import { deviceLines } from './volumes.ts';
import type { PluggedVolume } from './volumes.ts';

/** What to boot. */
export interface BootRequest {
  /** The lab's folder. */
  folder: string;
  /** Unique in the lab; letters, digits and dashes. */
  name: string;
  hostName: string;
  /** Root file systems that lie upon each other, uppermost first; nobody writes into them. */
  system: readonly string[];
  /** Folder of what the engine kept when the image was made. */
  disk?: string;
  /** IPv4. The machine's own first, from which it speaks. */
  addresses: readonly string[];
  bridge: Bridge;
  /** Who may log in, each becoming root without a password. */
  logins: readonly { user: string; keys: readonly string[] }[];
  /** Plugged in from the start. */
  volumes?: readonly PluggedVolume[];
  /** Ports of its loopback that lead to ports of the host's end of the bridge. */
  forwarded?: readonly number[];
}

const READY_SECONDS = 60;

/**
 * Boots a machine: sshd at port 22 of its addresses, and a Docker engine where its system has one. What it wrote when it
 * was up before is still there. Needs root.
 * @throws UserError LAB_PART with the last line of its log where it does not come up
 */
export async function bootMachine(request: BootRequest): Promise<Machine> {
  const { folder, name, addresses, bridge, system } = request;
  const own = machineFolder(request);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const machine: Machine = { folder, name, addresses, system, init: 0 };
  // From here on its layers are in use, and what is left of a boot that is killed is found.
  writeMachine(machine);
  await endRest(own);
  const keys = request.logins.flatMap(({ user, keys }) => keys.map((key) => `${user}\t${key.trim()}\n`));
  writeFileSync(join(own, 'logins'), keys.join(''));
  writeFileSync(join(own, 'resolv.conf'), readNameServers());
  writeFileSync(join(own, 'devices'), deviceLines(request.volumes ?? []));
  writeFileSync(join(own, 'image-disk'), request.disk ?? '');
  writeFileSync(join(own, 'boot'), BOOT_SCRIPT);
  writeFileSync(join(own, 'machine-init'), MACHINE_INIT, { mode: 0o755 });
  const standIns = join(own, 'stand-ins');
  mkdirSync(join(standIns, 'usr/local/sbin'), { recursive: true });
  writeFileSync(join(standIns, 'usr/local/sbin/service'), SERVICE_STAND_IN, { mode: 0o755 });
  const namespace = namespaceOf(request);
  await removeNetwork(request, bridge);
  await runTool('ip', ['netns', 'add', namespace]);
  await joinBridge(bridge, namespace, name, addresses);
  for (const port of request.forwarded ?? []) await forwardPort(bridge, namespace, port);
  const log = join(own, 'log');
  const env = { FOLDER: own, LOWER: [standIns, ...system].join(':'), HOST_NAME: request.hostName };
  const power = await startServer(
    folder,
    { file: 'nsenter', args: [...unshared(namespace), join(own, 'boot')], env },
    log,
  );
  const init = await waitUntilReady(power, name, log);
  const booted = { ...machine, power, init };
  writeMachine(booted);
  return booted;
}

/** The network is entered first: the /sys that is mounted later then shows this network's links. */
function unshared(namespace: string): string[] {
  const kinds = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  return [`--net=/var/run/netns/${namespace}`, 'unshare', ...kinds, 'bash'];
}

async function waitUntilReady(power: OwnProcess, name: string, log: string): Promise<number> {
  for (let waited = 0; waited < READY_SECONDS * 1_000 && isRunning(power); waited += 50) {
    const [init] = listChildren(power.pid);
    if (init !== undefined && existsSync(`/proc/${init}/root/run/machine-ready`)) return init;
    await sleep(50);
  }
  const said = readFileSync(log, 'utf8').trim().split('\n').at(-1);
  throw new UserError('LAB_PART', `the lab's machine ${name} does not boot: ${said || 'it said nothing'}`);
}

/** The host's own, but for one on its loopback, which no machine reaches: then those that it asks in turn. */
function readNameServers(): string {
  const text = readFileSync('/etc/resolv.conf', 'utf8');
  const behind = '/run/systemd/resolve/resolv.conf';
  return /^nameserver\s+127\./m.test(text) && existsSync(behind) ? readFileSync(behind, 'utf8') : text;
}
