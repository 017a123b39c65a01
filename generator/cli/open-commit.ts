import { openGitRepository } from '../adapters/git/git-repository.ts';
import type { CommitFiles } from '../model/commit-files.ts';
import { UserError } from '../model/user-error.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { ProjectSource } from '../drivers/driver.ts';
import type { Invocation } from './command.ts';

/** Which state of the repository a command is about; the options `--rev R` and `--dirty`. */
export interface Revision {
  /** `HEAD` where neither is given, and then nothing may differ from it. */
  rev?: string;
  /** The work tree, as committing it would make it. */
  dirty?: boolean;
}

export interface OpenedCommit {
  source: ProjectSource;
  repository: GitRepository;
  /** Another commit of it, read in the same way. @throws UserError as openCommit, without DIRTY_TREE */
  loadAt: (revision: string) => Promise<ProjectSource>;
}

/**
 * A project at a revision: project.yaml and the lock come from the same commit, whatever is in the work tree.
 *
 * @throws UserError DIRTY_TREE, NO_REVISION, NO_REPOSITORY, INVALID_PROJECT, INVALID_LOCK
 */
export async function openCommit(
  invocation: Pick<Invocation, 'root' | 'env'>,
  revision: Revision = {},
  repository: GitRepository = openGitRepository(invocation.root),
): Promise<OpenedCommit> {
  if (revision.rev !== undefined && revision.dirty)
    throw new UserError(
      'USAGE',
      'expected --rev or --dirty, found both: a work tree has no revision; take one out',
    );
  // Comparing the files with HEAD takes the longest: it runs beside the loading.
  const dirt = revision.rev === undefined && !revision.dirty ? repository.listDirty() : Promise.resolve([]);
  // If loading fails first, nobody waits for it.
  dirt.catch(() => undefined);
  const opening = revision.dirty ? repository.readWorkTree() : repository.readCommit(revision.rev);
  const loading = import('./load-commit.ts');
  const files: CommitFiles = await opening;
  const { loadCommit } = await loading;
  const loaded = catchError(() => loadCommit(files, invocation));
  refuseDirty(await dirt, invocation.env);
  return {
    source: loaded(),
    repository,
    loadAt: async (other) => loadCommit(await repository.readCommit(other), invocation),
  };
}

/** A project that does not load is told of after the files that were not committed: one may be the cause of the other. */
function catchError<Value>(compute: () => Value): () => Value {
  try {
    const value = compute();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

const MAX_SHOWN = 20;

/**
 * The plan that a pipeline of ours made lies in the checkout's root while its stages are carried out: it is handed from
 * one to the next, and no part of the source. On anybody else's machine a file of that name counts like any other.
 */
const PLAN_FILE = 'plan.json';

function refuseDirty(dirty: readonly string[], env: Invocation['env']): void {
  const found = dirty.filter((path) => path !== PLAN_FILE || (env['MILLRACE_ROLE'] ?? '') === '');
  if (found.length === 0) return;
  const files = found.length === 1 ? '1 file differs' : `${found.length} files differ`;
  const shown = found.length > MAX_SHOWN ? ` (the first ${MAX_SHOWN} are shown)` : '';
  throw new UserError(
    'DIRTY_TREE',
    `${files} from the commit${shown}; commit them, or take them as they are with --dirty`,
    found.slice(0, MAX_SHOWN).map((file) => ({
      file,
      line: 1,
      column: 1,
      path: '',
      message: 'is not as it was committed',
      hint: 'commit it, ignore it, or use --dirty',
    })),
  );
}
