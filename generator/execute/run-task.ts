import type { ComponentId } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';
import type { Action } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';
import { performTask } from './perform-task.ts';
import type { TaskWork } from './perform-task.ts';
import type { ComponentResult } from './run-result.ts';

export interface TaskSettings extends TaskWork {
  reporter: Reporter;
  clock: Pick<Clock, 'now'>;
}

/** How a task ended; `bug` is what was thrown where it was no UserError. */
export interface TaskEnd extends ComponentResult {
  bug?: unknown;
}

const TAIL_LINES = 20;

/** Builds, deploys or removes one component, with its log in a file of its own. Never throws. */
export async function runTask(settings: TaskSettings): Promise<TaskEnd> {
  const { planned, folders, reporter, clock, context } = settings;
  const { id, action, hash } = planned;
  const started = clock.now();
  const log = folders.openLog(id);
  const tail: string[] = [];
  const failures: Error[] = [];
  log.on('error', (error) => failures.push(error));
  const write = (line: string): void => {
    log.write(`${line}\n`);
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    reporter.emit({ type: 'log', id, line });
  };
  const phase = (text: string): void => {
    log.write(`== ${text}\n`);
    reporter.emit({ type: 'phase', id, phase: text });
  };
  reporter.emit({ type: 'start', id, action });
  let end: Pick<TaskEnd, 'outcome' | 'artifact' | 'cause' | 'bug'>;
  try {
    end = await performTask(settings, { phase, log: write });
  } catch (error) {
    end = judge(error, action, context.signal);
  }
  folders.removeTaskFolder(id);
  const seconds = (clock.now() - started) / 1_000;
  if (end.cause !== undefined) log.write(`== ${end.outcome}: ${end.cause}\n`);
  await new Promise<void>((resolve) => log.end(() => resolve()));
  report(id, end, { seconds, tail, reporter });
  const logPath = failures.length > 0 ? {} : { log: folders.logPath(id) };
  return { id, action, hash, seconds, ...end, ...logPath };
}

function judge(
  error: unknown,
  action: Action,
  signal: AbortSignal,
): Pick<TaskEnd, 'outcome' | 'cause' | 'bug'> {
  const message = error instanceof Error ? error.message : String(error);
  if (signal.aborted) {
    // What a driver has to say of what it could not clean up; else nothing is left of it.
    const left = action === 'build' ? 'nothing is left of it' : 'is half done: run it again to finish it';
    return { outcome: 'cancelled', cause: error instanceof UserError ? message : left };
  }
  return { outcome: 'failed', cause: message, ...(error instanceof UserError ? {} : { bug: error }) };
}

function report(
  id: ComponentId,
  { outcome, cause = '' }: Pick<TaskEnd, 'outcome' | 'cause'>,
  { seconds, tail, reporter }: { seconds: number; tail: readonly string[]; reporter: Reporter },
): void {
  if (outcome === 'cancelled') reporter.emit({ type: 'cancelled', id, left: cause });
  else if (outcome === 'failed') {
    // A message ends with what to do.
    const [, found = cause, hint = ''] = /^(.*); (.*)$/s.exec(cause) ?? [];
    reporter.emit({ type: 'failed', id, cause: found, hint, tail, seconds });
  } else reporter.emit({ type: 'done', id, outcome, seconds });
}
