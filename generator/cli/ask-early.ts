import { openGitRepository } from '../adapters/git/git-repository.ts';
import type { FoundCommit, GitRepository } from '../ports/git-repository.ts';
import type { Invocation } from './command.ts';

/** What most commands about the checked-out commit ask git first. Its answers come while they are loaded. */
export interface AskedEarly {
  repository: GitRepository;
  head: Promise<FoundCommit>;
  /** What differs from it. */
  dirt: Promise<string[]>;
}

/** Options that make it another question, or none. */
const OTHERWISE = /^(?:--rev|--dirty|--help|-h)(?:=|$)/;

/** @returns undefined where the words ask for something else */
export function askEarly(
  words: readonly string[],
  findRoot: () => string,
  env: Invocation['env'],
): AskedEarly | undefined {
  if (words.some((word) => OTHERWISE.test(word))) return undefined;
  return askGit(openRepository({ root: findRoot(), env }));
}

export function askGit(repository: GitRepository): AskedEarly {
  // It takes longest.
  const dirt = repository.listDirty();
  const head = repository.findCommit();
  // Who asked may end before it waits for them.
  for (const answer of [dirt, head]) answer.catch(() => undefined);
  return { repository, head, dirt };
}

/** In a pipeline nothing is kept of the work tree, see openMemo. */
export function openRepository({ root, env }: Pick<Invocation, 'root' | 'env'>): GitRepository {
  return openGitRepository(root, (env['MILLRACE_ROLE'] ?? '') === '' ? {} : undefined);
}
