import type { TreeEntry } from '../../model/commit-files.ts';
import type { GitRepository } from '../../ports/git-repository.ts';
import { findCommit } from './find-commit.ts';
import type { CopySettings } from './index-copy.ts';
import { listDirty } from './list-dirty.ts';
import { openTree } from './open-tree.ts';
import { runGit, startGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/**
 * @param folder absolute path of the folder that holds project.yaml, or of a bare repository
 * @param copies where given, a copy of a large index may be kept in the git directory (docs/decisions/014)
 */
export function openGitRepository(folder: string, copies?: CopySettings): GitRepository {
  let place: GitPlace = { folder };
  return {
    findCommit: (revision) => findCommit(place, revision),
    readCommit: async (revision) => (await findCommit(place, revision)).read(),
    listDirty: () => listDirty(place, copies),
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

async function isAncestor(place: GitPlace, ancestor: string, revision: string): Promise<boolean | undefined> {
  const { code } = await startGit(place, ['merge-base', '--is-ancestor', ancestor, revision]);
  if (code === 0) return true;
  if (code !== 1) return undefined;
  // The history of a shallow clone ends where it was cut: what is not found in it may lie before.
  const shallow = await startGit(place, ['rev-parse', '--is-shallow-repository']);
  return shallow.stdout.toString('utf8').trim() === 'true' ? undefined : false;
}
