import type { ComponentGraph } from '../../model/component.ts';
import type { Lock } from '../../model/lock.ts';
import type { Problem } from '../../model/problem.ts';
import type { Project } from '../../model/project/project.ts';
import type { RepositoryFiles } from '../../model/repository-files.ts';
import { UserError } from '../../model/user-error.ts';
import type { Swarms } from '../../ports/engine.ts';
import type { Command, CommandResult } from '../../ports/processes.ts';
import type { Finding } from '../../report/finding-table.ts';

/** What the checks look at; nothing of it need be there. */
export interface DoctorContext {
  project: Project;
  graph: ComponentGraph;
  /** The pins of this run: a lab's, or those of this machine's mirrors, are not the committed ones. */
  lock: Lock;
  files: RepositoryFiles;
  /** What `validate` warns of. */
  warnings: readonly Problem[];
  /** Absolute. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Of this program. */
  version: string;
  /** @throws UserError NO_PROGRAM */
  run: (command: Command) => Promise<CommandResult>;
  /** Secrets whose values a run is given: these need not be there. */
  givenSecrets?: ReadonlySet<string>;
  /** Opened when it is first asked for. */
  swarms: () => Promise<Pick<Swarms, 'find'>>;
  /** Whose the AWS credentials are. */
  account: () => Promise<string>;
  /** The status of a URL, or why there is none. */
  probe: (url: string) => Promise<number | string>;
  /** Whether a name leads to an address. */
  resolves: (host: string) => Promise<boolean>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** @returns nothing where the project has no need of what it looks at */
export type Check = (context: DoctorContext) => Promise<Finding[]>;

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message });
export const missing = (check: string, message: string, fix?: string): Finding => ({
  check,
  state: 'missing',
  message,
  ...(fix === undefined ? {} : { fix }),
});
export const warning = (check: string, message: string, fix?: string): Finding => ({
  ...missing(check, message, fix),
  state: 'warning',
});

/** @throws anything but a UserError: that is a bug of ours */
export function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}

export function has(section: object): boolean {
  return Object.keys(section).length > 0;
}

/** `3.1.4` of `git version 3.1.4 (x)`. */
export function versionIn(text: string): string {
  return /\d+(?:\.\d+)+/.exec(text)?.[0] ?? 'of an unknown version';
}
