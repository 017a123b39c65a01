import { readFileSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment, readProcess } from '../../adapters/read-process.ts';
import { isRunning } from '../own-process.ts';
import { listChildren } from './list-children.ts';
import { describeBridge, leaveBridge } from './bridge.ts';
import type { Bridge } from './bridge.ts';
import { machineFolder, namespaceOf } from './machine.ts';
import type { Machine } from './machine.ts';
import { tryTool } from './run-tool.ts';

const OFF_SECONDS = 20;

/**
 * Switches a machine off: `off` lets its engine end its containers first, `kill` is a pulled plug. What it wrote stays.
 * Fine where it is off already.
 */
export async function stopMachine(machine: Machine, how: 'off' | 'kill'): Promise<void> {
  const { power, init } = machine;
  if (power !== undefined && isRunning(power)) {
    if (how === 'off') signal(init, 'SIGTERM');
    for (let waited = 0; how === 'off' && waited < OFF_SECONDS * 1_000 && isRunning(power); waited += 50)
      await sleep(50);
  }
  await endRest(machineFolder(machine));
  await removeNetwork(machine, describeBridge(machine.folder));
  removeControlGroups(machine);
}

/**
 * Ends what still runs of a machine, also of one whose boot was killed. With `unshare` goes the first process of its
 * pid namespace, and with that one all others (pid_namespaces(7)).
 * @param own the machine's folder, which is in the environment of what boots it
 */
export async function endRest(own: string): Promise<void> {
  const all = new Set<number>();
  for (;;) {
    const rest = listNames('/proc')
      .map(Number)
      .filter((pid) => readEnvironment(pid).includes(`FOLDER=${own}`));
    for (const pid of rest) for (const one of [pid, ...listChildren(pid)]) all.add(one);
    for (const pid of rest) signal(pid, 'SIGKILL');
    // The last to go is the first process: it waits for all others of its namespace.
    if (rest.length === 0 && [...all].every((pid) => readProcess(pid) === undefined)) return;
    await sleep(20);
  }
}

/** Switches it off and takes away what it wrote. */
export async function removeMachine(machine: Machine): Promise<void> {
  await stopMachine(machine, 'kill');
  rmSync(machineFolder(machine), { recursive: true, force: true });
}

/** Fine where it has none. */
export async function removeNetwork(
  machine: Pick<Machine, 'folder' | 'name' | 'addresses'>,
  bridge: Bridge,
): Promise<void> {
  await tryTool('ip', ['netns', 'delete', namespaceOf(machine)]);
  await leaveBridge(bridge, machine.name, machine.addresses);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** An engine that is killed leaves its containers' groups (cgroups(7)), which are the host's and not the machine's. */
function removeControlGroups(machine: Machine): void {
  const containers = listNames(join(machineFolder(machine), 'disk/docker/containers'));
  const hierarchies = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => /- cgroup2? /.test(line))
    .map((line) => line.split(' ')[4]!);
  for (const hierarchy of hierarchies)
    for (const container of containers) removeGroup(join(hierarchy, 'docker', container));
}

/** Groups are removed from the innermost, and take nothing that still has processes. */
function removeGroup(path: string): void {
  for (const name of listNames(path)) removeGroup(join(path, name));
  try {
    rmdirSync(path);
  } catch {
    // Never there, or still in use.
  }
}

function listNames(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
