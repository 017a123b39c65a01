import { readFileSync } from 'node:fs';

/**
 * Facts of processes, as Linux tells them below /proc (proc(5)). Everything is undefined, or empty, where there is no
 * such file or it may not be read.
 * @param root where /proc is; `/` but in tests
 */
export function readBoot(root = '/'): string | undefined {
  return readText(`${root}proc/sys/kernel/random/boot_id`);
}

/** Number of the process that started it, and its start in ticks since boot; undefined for what has ended, zombies included. */
export function readProcess(pid: number, root = '/'): { parent: number; start: string } | undefined {
  const text = readText(`${root}proc/${pid}/stat`);
  // The second field is the program's name in parentheses, and may hold both of them.
  const [state, parent, ...more] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const start = more[START];
  return start === undefined || state === 'Z' || state === 'X'
    ? undefined
    : { parent: Number(parent), start };
}

/** `NAME=value`, as it was when the process was started. */
export function readEnvironment(pid: number, root = '/'): string[] {
  return readText(`${root}proc/${pid}/environ`)?.split('\0') ?? [];
}

/** Field 22, counted after the first four. */
const START = 17;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
