import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { readBoot, readEnvironment, readProcess } from './read-process.ts';
import type { RunHost, RunIdentity } from '../ports/run-host.ts';

/** Names the process that a program was started for, in that program's environment. */
const OWNER = 'MILLRACE_OWNER';

/**
 * Reads /proc (proc(5)). Where there is none, the boot is a random one: then only expiry decides about a lease.
 * @param root where /proc and /sys are; `/` but in tests
 */
export function createRunHost(root = '/'): RunHost {
  const boot = readBoot(root);
  const host = readHost(root);
  const identity: RunIdentity = {
    run: randomBytes(8).toString('hex'),
    boot: boot ?? randomBytes(16).toString('hex'),
    pid: nameProcess(root, process.pid) ?? `unknown:${process.pid}`,
    ...(host === undefined ? {} : { host }),
  };
  const isAlive = (pid: string): boolean | undefined => isProcessAlive(root, pid);
  return {
    identity: () => identity,
    isAlive,
    mark: () => ({ [OWNER]: `${identity.boot}/${identity.pid}` }),
    endOrphans: () => Promise.resolve(endOrphans(root, identity.boot, isAlive)),
  };
}

/**
 * `<pid namespace>:<pid>:<start time>`: containers on one kernel share its boot but not their numbers, and a number
 * is used again.
 */
function nameProcess(root: string, pid: number): string | undefined {
  const namespace = readNamespace(root);
  const start = readProcess(pid, root)?.start;
  return namespace === undefined || start === undefined ? undefined : `${namespace}:${pid}:${start}`;
}

function isProcessAlive(root: string, name: string): boolean | undefined {
  const [namespace, pid, start] = name.split(':');
  if (namespace === undefined || namespace !== readNamespace(root)) return undefined;
  if (!/^[0-9]+$/.test(pid ?? '')) return undefined;
  return readProcess(Number(pid), root)?.start === start;
}

function readNamespace(root: string): string | undefined {
  try {
    return /\[([0-9]+)\]/.exec(readlinkSync(`${root}proc/self/ns/pid`))?.[1];
  } catch {
    return undefined;
  }
}

/** Only where the firmware gives the machine an id of its own: a copy of a disk has the same machine-id. */
function readHost(root: string): string | undefined {
  const id = readText(`${root}sys/class/dmi/id/product_uuid`) ?? readText(`${root}sys/hypervisor/uuid`);
  if (id === undefined) return undefined;
  const parts = [id, readText(`${root}etc/machine-id`) ?? '', hostname()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function endOrphans(root: string, boot: string, isAlive: (pid: string) => boolean | undefined): number {
  let ended = 0;
  for (const pid of listProcesses(root)) {
    const owner = readEnvironment(pid, root)
      .find((entry) => entry.startsWith(`${OWNER}=${boot}/`))
      ?.slice(`${OWNER}=${boot}/`.length);
    // Doubt spares: only an owner that was looked for and is gone.
    if (owner === undefined || isAlive(owner) !== false) continue;
    try {
      process.kill(pid, 'SIGKILL');
      ended++;
    } catch {
      // It has ended meanwhile, or belongs to somebody else.
    }
  }
  return ended;
}

function listProcesses(root: string): number[] {
  try {
    return readdirSync(`${root}proc`)
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
