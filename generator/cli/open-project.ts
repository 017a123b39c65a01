import { LOCK_FILE } from '../model/lock-file.ts';
import { workTreeFiles } from '../adapters/work-tree-files.ts';
import { MAX_PROBLEMS, PROJECT_FILE, loadProject } from '../load/load-project.ts';
import type { LoadResult, LoadedProject } from '../load/load-project.ts';
import { formatProblem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { UserError } from '../model/user-error.ts';
import type { Invocation } from './command.ts';

/** A project that may be used, and what in it deserves a look. */
export interface OpenedProject extends LoadedProject {
  warnings: readonly Problem[];
}

/**
 * The work tree's project, checked. Warnings go to stderr.
 * @throws UserError INVALID_PROJECT with every problem
 */
export function openProject({ root, output }: Pick<Invocation, 'root' | 'output'>): OpenedProject {
  const result = loadProject(workTreeFiles(root));
  for (const warning of result.warnings)
    output.note(`${output.noteColors.yellow('warning:')} ${formatProblem(warning)}`);
  return { ...requireLoaded(result), warnings: result.warnings };
}

/** @throws UserError INVALID_PROJECT with every problem */
export function requireLoaded({ loaded, problems }: LoadResult): LoadedProject {
  if (loaded) return loaded;
  const count = problems.length;
  const files = new Set(problems.map(({ file }) => file));
  // A Dockerfile's or stack file's problem is the project's; the lock is written by a command and mended otherwise.
  const named = files.size === 1 && files.has(LOCK_FILE) ? LOCK_FILE : PROJECT_FILE;
  throw new UserError(
    'INVALID_PROJECT',
    `${named} has ${count === 1 ? 'a problem' : `${count < MAX_PROBLEMS ? '' : 'at least '}${count} problems`}`,
    problems,
  );
}
