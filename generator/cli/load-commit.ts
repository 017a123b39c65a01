import type { ProjectSource } from '../drivers/driver.ts';
import { prepareInputs } from '../drivers/prepare-inputs.ts';
import { loadProject } from '../load/load-project.ts';
import { readLock } from '../load/read-lock.ts';
import type { CommitFiles } from '../model/commit-files.ts';
import type { Invocation } from './command.ts';
import { findLockPlace, readLockAt } from './lock-place.ts';
import { requireLoaded } from './open-project.ts';

/**
 * The project of a commit, checked, with its lock: this run's own pins where it works against a lab or with mirrors of
 * its machine. What only deserves a look is `validate`'s to say.
 * @throws UserError INVALID_PROJECT, INVALID_LOCK
 */
export function loadCommit(
  files: CommitFiles,
  invocation: Pick<Invocation, 'root' | 'env'> = { root: '.', env: {} },
): ProjectSource {
  const { project, graph } = requireLoaded(loadProject(files));
  const lock = readLockAt(findLockPlace(invocation, project.project), readLock(files));
  prepareInputs(files, project);
  return { project, graph, lock, files };
}
