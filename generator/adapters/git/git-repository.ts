import type { CommitFiles, TreeEntry } from '../../model/commit-files.ts';
import { LOCK_FILE } from '../../model/lock.ts';
import { UserError } from '../../model/user-error.ts';
import type { GitRepository } from '../../ports/git-repository.ts';
import { CommitTree } from './commit-tree.ts';
import { listDirty } from './list-dirty.ts';
import { readObjects } from './read-objects.ts';
import { gitFailed, runGit, startGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/** @param folder absolute path of the folder that holds project.yaml, or of a bare repository */
export function openGitRepository(folder: string): GitRepository {
  let place: GitPlace = { folder };
  return {
    async readCommit(revision = 'HEAD') {
      const { oid, prefix } = await findCommit(place, revision);
      return openTree(place, { revision: oid, tree: oid, prefix });
    },
    listDirty: () => listDirty(place),
    async readWorkTree() {
      const { writeWorkTree } = await import('./write-work-tree.ts');
      const written = writeWorkTree({ folder });
      // What is exported later may lie in the new objects.
      place = written.place;
      const prefix = runGit(place, ['rev-parse', '--show-prefix']).stdout.toString('utf8').replace(/\n$/, '');
      return openTree(place, { revision: null, tree: written.tree, prefix });
    },
    async exportFiles(entries: readonly TreeEntry[], target: string) {
      const { exportFiles } = await import('./export-files.ts');
      await exportFiles(place, entries, target);
    },
    isAncestor: (ancestor, revision) => isAncestor(place, ancestor, revision),
  };
}

/** @returns the commit's full id, and where in the repository the folder lies: `''`, or a path that ends in a slash */
async function findCommit(place: GitPlace, revision: string): Promise<{ oid: string; prefix: string }> {
  const result = await startGit(place, [
    'rev-parse',
    '--show-prefix',
    '--verify',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  // The option that ends the options is echoed; the prefix comes before it and may hold anything but a NUL.
  const match = /^([^]*)\n(?:--end-of-options\n)?([0-9a-f]{40}|[0-9a-f]{64})\n$/.exec(
    result.stdout.toString('utf8'),
  );
  if (result.code === 0 && match) return { prefix: match[1]!, oid: match[2]! };
  const error = gitFailed('find the commit', result);
  throw error.code === 'GIT_FAILED' ? noRevision(revision) : error;
}

function noRevision(revision: string): UserError {
  const message =
    revision === 'HEAD'
      ? 'expected a commit, found none yet; hashes are made from commits: commit first, or use --dirty'
      : `there is no commit ${JSON.stringify(revision)} here; name one that \`git log\` shows, or fetch it (a shallow clone lacks older ones)`;
  return new UserError('NO_REVISION', message);
}

/** What every command reads; fetched along with the root. */
const FIRST = ['project.yaml', LOCK_FILE];

/** @param from a commit's or a tree's id; the folder's own tree is found in it */
function openTree(
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

async function isAncestor(place: GitPlace, ancestor: string, revision: string): Promise<boolean | undefined> {
  const { code } = await startGit(place, ['merge-base', '--is-ancestor', ancestor, revision]);
  if (code === 0) return true;
  if (code !== 1) return undefined;
  // The history of a shallow clone ends where it was cut: what is not found in it may lie before.
  const shallow = await startGit(place, ['rev-parse', '--is-shallow-repository']);
  return shallow.stdout.toString('utf8').trim() === 'true' ? undefined : false;
}
