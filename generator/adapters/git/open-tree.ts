import type { CommitFiles } from '../../model/commit-files.ts';
import { LOCK_FILE } from '../../model/lock-file.ts';
import { UserError } from '../../model/user-error.ts';
import { CommitTree } from './commit-tree.ts';
import { readObjects } from './read-objects.ts';
import { runGit } from './run-git.ts';
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
  const mayHoldSubmodules = modules !== undefined || holdsSubmodules(place, root.oid);
  return new CommitTree(place, { revision, root, known, mayHoldSubmodules });
}

/** A repository that was added with `git add` is a submodule that no `.gitmodules` tells of. */
function holdsSubmodules(place: GitPlace, tree: string): boolean {
  // Modes alone, which git can print since 2.36, are a tenth of the whole listing.
  const brief = runGit(place, ['ls-tree', '-r', '--format=%(objectmode)', tree]);
  if (brief.code === 0) return brief.stdout.includes('160000');
  const whole = runGit(place, ['ls-tree', '-r', '-z', tree]);
  // What cannot be listed is told of by whoever needs it.
  return whole.code !== 0 || /(?:^|\0)160000 /.test(whole.stdout.toString('latin1'));
}
