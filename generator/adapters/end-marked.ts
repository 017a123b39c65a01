import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from './read-process.ts';

const PATIENCE_MILLISECONDS = 3_000;
const POLL_MILLISECONDS = 100;

/**
 * Ends every process of this machine that was started with this variable in its environment, wherever its parents and its
 * group have gone: SIGTERM, and SIGKILL to what is there after three seconds. Where there is no /proc, none is found.
 * @param value one that nothing else is started with; a random one
 */
export async function endMarked(name: string, value: string): Promise<void> {
  const begun = Date.now();
  for (;;) {
    const marked = listMarked(`${name}=${value}`);
    if (marked.length === 0) return;
    const waited = Date.now() - begun;
    const isLate = waited >= PATIENCE_MILLISECONDS;
    for (const pid of marked) end(pid, isLate ? 'SIGKILL' : 'SIGTERM');
    if (waited >= 3 * PATIENCE_MILLISECONDS) return;
    await sleep(POLL_MILLISECONDS);
  }
}

function listMarked(entry: string): number[] {
  return listProcesses().filter((pid) => pid !== process.pid && readEnvironment(pid).includes(entry));
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
