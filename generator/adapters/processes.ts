import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { Command, CommandResult, Processes, RunOptions } from '../ports/processes.ts';
import { UserError } from '../model/user-error.ts';
import { splitLines } from './split-lines.ts';
import { keepTail } from './tail-buffer.ts';

const MEGABYTE = 1024 * 1024;
const GRACE_SECONDS = 10;
/** How long a program that has ended may keep its pipes open through a child in the background. */
const DRAIN_MILLISECONDS = 2_000;

/** Process groups that are alive: whatever way this process exits, they go with it. */
const living = new Set<number>();
let watching = false;

/**
 * Starts programs through execa, each in a session and process group of its own, so that a Ctrl-C in the terminal
 * reaches this process only, which then ends them in its own order. Where this process itself is killed by SIGKILL
 * they live on; what they make is covered by leases and by being published only when whole.
 * @param settings `keepBytes`: how much of each output stays in memory and in the result, its end; 1 MiB
 */
export function createProcesses(settings: { keepBytes?: number } = {}): Processes {
  const keepBytes = settings.keepBytes ?? MEGABYTE;
  return { run: (command, options = {}) => run(command, options, keepBytes) };
}

async function run(command: Command, options: RunOptions, keepBytes: number): Promise<CommandResult> {
  if (options.signal?.aborted) return { code: null, signal: 'SIGTERM', stdout: '', stderr: '' };
  const subprocess = execa(command.file, command.args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.env === undefined ? {} : { env: command.env }),
    ...(command.input === undefined ? { stdin: 'ignore' as const } : { input: command.input }),
    detached: true,
    buffer: false,
    reject: false,
    stripFinalNewline: false,
  });
  const outputs = (['stdout', 'stderr'] as const).map((name) => {
    const kept = keepTail(keepBytes);
    const lines = splitLines((line) => options.onLine?.(line, name));
    subprocess[name].on('data', (chunk: Buffer) => {
      kept.add(chunk);
      if (options.onLine) lines.add(chunk);
    });
    return { kept, lines };
  });
  const stopWatching = endWithSignal(subprocess.pid, options);
  // A program that leaves a child behind (an SSH master, a daemon) has ended all the same.
  let drain: NodeJS.Timeout | undefined;
  subprocess.once('exit', () => {
    drain = setTimeout(() => {
      subprocess.stdout.destroy();
      subprocess.stderr.destroy();
    }, DRAIN_MILLISECONDS);
  });
  const ended = await subprocess;
  clearTimeout(drain);
  await stopWatching();
  for (const { lines } of outputs) lines.end();
  if (subprocess.pid === undefined) throw notStarted(command, ended);
  const code = subprocess.exitCode;
  const signal = subprocess.signalCode;
  return { code, signal, stdout: outputs[0]!.kept.text(), stderr: outputs[1]!.kept.text() };
}

/** @returns what to call when the program has ended: where it was told to end, its children are waited for, too. */
function endWithSignal(pid: number | undefined, options: RunOptions): () => Promise<void> {
  if (pid === undefined) return () => Promise.resolve();
  living.add(pid);
  endWithThisProcess();
  const grace = (options.graceSeconds ?? GRACE_SECONDS) * 1_000;
  let deadline = 0;
  let kill: NodeJS.Timeout | undefined;
  const abort = (): void => {
    deadline = Date.now() + grace;
    signalGroup(pid, 'SIGTERM');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), grace);
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  return async () => {
    options.signal?.removeEventListener('abort', abort);
    while (deadline > Date.now() && signalGroup(pid, 0))
      await new Promise((resolve) => setTimeout(resolve, 20));
    clearTimeout(kill);
    if (deadline > 0) signalGroup(pid, 'SIGKILL');
    living.delete(pid);
  };
}

/** @returns false where the group has no process any more */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function endWithThisProcess(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const pid of living) signalGroup(pid, 'SIGKILL');
  });
}

function notStarted(command: Command, ended: { code?: string | undefined; cause?: unknown }): Error {
  const { file, cwd } = command;
  const cwdIsThere = cwd === undefined || existsSync(cwd);
  if (ended.code === 'ENOENT' && cwdIsThere) {
    const where = file.includes('/') ? `at ${file}` : `"${file}" on the PATH`;
    return new UserError('NO_PROGRAM', `there is no program ${where}; install it, or mend the PATH`);
  }
  if (ended.code === 'EACCES' && cwdIsThere) {
    return new UserError(
      'NO_PROGRAM',
      `the program ${JSON.stringify(file)} may not be executed; look at its permissions`,
    );
  }
  return new Error(`${file} could not be started${cwdIsThere ? '' : `, there is no folder ${cwd}`}`, {
    cause: ended.cause ?? ended,
  });
}
