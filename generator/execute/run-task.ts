import { join } from 'node:path';
import type { TreeEntry } from '../model/commit-files.ts';
import type { ComponentId } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';
import type { Driver, HashedComponent, TaskContext } from '../drivers/driver.ts';
import type { Artifact, PlannedComponent } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { RunFolders } from './run-folders.ts';
import type { ComponentResult } from './run-result.ts';

export interface TaskSettings {
  driver: Driver;
  component: HashedComponent;
  planned: PlannedComponent;
  context: Pick<TaskContext, 'source' | 'artifacts' | 'observation' | 'signal'>;
  exportFiles: GitRepository['exportFiles'];
  folders: RunFolders;
  reporter: Reporter;
  clock: Pick<Clock, 'now'>;
}

/** How a task ended; `bug` is what was thrown where it was no UserError. */
export interface TaskEnd extends ComponentResult {
  bug?: unknown;
}

const TAIL_LINES = 20;

/** Builds or deploys one component, with its log in a file of its own. Never throws. */
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
    const artifact = await perform(settings, { phase, log: write });
    end = { outcome: action === 'build' ? 'built' : 'deployed', ...(artifact ? { artifact } : {}) };
  } catch (error) {
    end = judge(error, context.signal);
  }
  folders.removeTaskFolder(id);
  const seconds = (clock.now() - started) / 1_000;
  if (end.cause !== undefined) log.write(`== ${end.outcome}: ${end.cause}\n`);
  await new Promise<void>((resolve) => log.end(() => resolve()));
  report(id, end, { seconds, tail, reporter });
  const logPath = failures.length > 0 ? {} : { log: folders.logPath(id) };
  return { id, action, hash, seconds, ...end, ...logPath };
}

async function perform(
  { driver, component, planned, context, exportFiles, folders }: TaskSettings,
  output: Pick<TaskContext, 'phase' | 'log'>,
): Promise<Artifact | undefined> {
  const folder = folders.makeTaskFolder(component.id);
  const task: TaskContext = {
    ...context,
    ...output,
    folder,
    exportFiles: async (name: string, entries: readonly TreeEntry[]) => {
      const target = join(folder, name);
      await exportFiles(entries, target);
      return target;
    },
  };
  if (planned.action === 'build') return driver.build!(component, task);
  await driver.deploy!(component, task);
  return undefined;
}

function judge(error: unknown, signal: AbortSignal): Pick<TaskEnd, 'outcome' | 'cause' | 'bug'> {
  const message = error instanceof Error ? error.message : String(error);
  if (signal.aborted) {
    // What a driver has to say of what it could not clean up; else nothing is left of it.
    return { outcome: 'cancelled', cause: error instanceof UserError ? message : 'nothing is left of it' };
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
