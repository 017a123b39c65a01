import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBoot, readEnvironment, readProcess } from '../adapters/read-process.ts';
import { UserError } from '../model/user-error.ts';
import type { Command } from '../ports/processes.ts';

/** A server that was started here; `started` tells it from a later process that got the same number. */
export interface OwnProcess {
  pid: number;
  /** Clock ticks between the machine's start and its own (proc(5), field 22 of `stat`). */
  started: string;
  /** The machine's start (proc(5), `sys/kernel/random/boot_id`). */
  boot: string;
}

/** Says in a server's environment which lab it belongs to. */
const MARK = 'MILLRACE_LAB_FOLDER';

/**
 * Starts a server that outlives this program, as leader of a process group of its own.
 * @param folder of the lab that it belongs to
 * @param log file that its output is added to
 */
export async function startServer(folder: string, command: Command, log: string): Promise<OwnProcess> {
  const output = openSync(log, 'a', 0o600);
  try {
    const child = spawn(command.file, [...command.args], {
      cwd: command.cwd,
      env: { ...process.env, ...command.env, [MARK]: folder },
      detached: true,
      stdio: ['ignore', output, output],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', () =>
        reject(
          new UserError('NO_PROGRAM', `cannot start ${command.file}: there is no such program on the PATH`),
        ),
      );
    });
    child.unref();
    const pid = child.pid!;
    return { pid, started: readProcess(pid)?.start ?? '', boot: readBoot() ?? '' };
  } finally {
    closeSync(output);
  }
}

/** Servers of the lab that run, also those that a killed start did not write down, and what these have started. */
export function findServers(folder: string): (OwnProcess & { parent: number })[] {
  const boot = readBoot() ?? '';
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!/^[0-9]+$/.test(name) || pid === process.pid) return [];
    if (!readEnvironment(pid).includes(`${MARK}=${folder}`)) return [];
    const found = readProcess(pid);
    return found ? [{ pid, started: found.start, boot, parent: found.parent }] : [];
  });
}

/** True where it is that very process that runs. */
export function isRunning({ pid, started, boot }: OwnProcess): boolean {
  return boot === readBoot() && started !== '' && readProcess(pid)?.start === started;
}

/** Ends it and what it started: it is asked, and after the given time it is killed. Fine where it is gone. */
export async function stopServer(server: OwnProcess, graceMilliseconds = 15_000): Promise<void> {
  if (!isRunning(server)) return;
  signal(server, 'SIGTERM');
  for (let waited = 0; waited < graceMilliseconds; waited += 50) {
    if (!isRunning(server)) return;
    await sleep(50);
  }
  signal(server, 'SIGKILL');
  while (isRunning(server)) await sleep(20);
}

function signal({ pid }: OwnProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  // What is no leader of a group has none of its number.
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
