import { join } from 'node:path';
import { findGitFolder } from '../adapters/git/find-git-folder.ts';
import { openRunFolders } from '../execute/run-folders.ts';
import type { RunFolders } from '../execute/run-folders.ts';
import type { Invocation } from './command.ts';
import type { World } from './open-world.ts';

/** Logs lie in the git directory: never committed, never part of an export, and found by whoever looks for them. */
export function openFolders(
  { root }: Pick<Invocation, 'root'>,
  { clock, run }: Pick<World, 'clock' | 'run'>,
): RunFolders {
  return openRunFolders({
    stamp: run.stamp,
    isLeftBehind: (name) => run.isLeftBehind(name, 'machine'),
    // A commit was read from it before.
    logs: join(findGitFolder({ folder: root })!, 'millrace/logs'),
    now: clock.now(),
  });
}
