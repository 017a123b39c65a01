import { createHash } from 'node:crypto';
import { hostname, uptime } from 'node:os';
import { readBoot } from './read-process.ts';
import { formatStamp, isLeftBehind } from '../model/run-stamp.ts';

/** This process, as others know it by what it leaves. */
export interface ThisRun {
  stamp: string;
  isLeftBehind: (name: string, place: 'machine' | 'shared') => boolean;
}

export function describeThisRun(now: () => number = Date.now): ThisRun {
  const boot = bootOf();
  const started = Math.floor(now() / 1_000);
  return {
    stamp: formatStamp({ boot, pid: process.pid, started }),
    isLeftBehind: (name, place) => isLeftBehind(name, { boot, isAlive, now: now() / 1_000 }, place),
  };
}

/** Linux has an id for each start; elsewhere the minute of the start serves. */
function bootOf(): string {
  const id = readBoot() ?? String(Math.round((Date.now() / 1_000 - uptime()) / 60));
  return createHash('sha256').update(`${hostname()} ${id}`).digest('hex').slice(0, 12);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
