import { openGitRepository } from '../adapters/git/git-repository.ts';
import type { ProjectSource } from '../drivers/driver.ts';
import type { Invocation } from './command.ts';
import { loadCommit } from './load-commit.ts';
import type { LoadedCommit, OpenedCommit } from './open-commit.ts';

export interface UnhashedCommit {
  source: ProjectSource;
  opened: Pick<OpenedCommit, 'load' | 'loadAt' | 'repository'>;
}

/**
 * The commit that is checked out, whatever is in the work tree, and without its hashes: what lacks a pin cannot be hashed,
 * and is to be looked after all the same.
 * @throws what reading the commit and its project throws
 */
export async function openUnhashedCommit(
  invocation: Pick<Invocation, 'env' | 'root'>,
): Promise<UnhashedCommit> {
  const repository = openGitRepository(invocation.root);
  const loadAt = async (revision: string): Promise<LoadedCommit> => ({
    source: loadCommit(await repository.readCommit(revision), invocation),
    hashes: new Map(),
  });
  const loaded = await loadAt('HEAD');
  return { source: loaded.source, opened: { repository, loadAt, load: () => Promise.resolve(loaded) } };
}
