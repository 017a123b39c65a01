import type { CommitFiles } from '../../model/commit-files.ts';
import { LOCK_FILE } from '../../model/lock-file.ts';
import { UserError } from '../../model/user-error.ts';
import { CommitTree } from './commit-tree.ts';
import { readObjects } from './read-objects.ts';
import type { GitPlace } from './run-git.ts';

/** What every command reads; fetched along with the root. */
const FIRST = ['project.yaml', LOCK_FILE];

/** @param from a commit's or a tree's id; the folder's own tree is found in it */
export function openTree(
  place: GitPlace,
  from: { revision: string | null; tree: string; prefix: string },
): CommitFiles {
  const { revision, tree, prefix } = from;
  const names = [prefix.replace(/\/$/, ''), '.gitmodules', ...FIRST.map((name) => `${prefix}${name}`)];
  const [root, modules, ...known] = readObjects(
    place,
    names.map((name) => `${tree}:${name}`),
  );
  if (root?.type !== 'tree')
    throw new UserError(
      'NO_REVISION',
      `the folder ${prefix} is not in ${revision ?? 'the work tree'}; commit it, or choose another revision`,
    );
  return new CommitTree(place, { revision, root, known, mayHoldSubmodules: modules !== undefined });
}
