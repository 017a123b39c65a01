import type { CommitFiles } from '../model/commit-files.ts';
import type { ComponentHashes } from '../model/component-hash.ts';
import { UserError } from '../model/user-error.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { ProjectSource } from '../drivers/driver.ts';
import { askGit, openRepository } from './ask-early.ts';
import { BUILD_ID } from './build-id.ts';
import type { Invocation } from './command.ts';
import { openMemo } from './memo.ts';
import type { CommitSummary } from './memo-summary.ts';

/** Which state of the repository a command is about; the options `--rev R` and `--dirty`. */
export interface Revision {
  /** `HEAD` where neither is given, and then nothing may differ from it. */
  rev?: string;
  /** The work tree, as committing it would make it. */
  dirty?: boolean;
}

/** All that hashes are computed from, and these with their inputs. */
export interface LoadedCommit {
  source: ProjectSource;
  hashes: ComponentHashes;
}

export interface OpenedCommit {
  /** The commit's id; null where the work tree is meant. */
  revision: string | null;
  summary: CommitSummary;
  repository: GitRepository;
  /** Everything: read once, and only where the summary is not enough. */
  load: () => Promise<LoadedCommit>;
  /** Another commit of it, read in the same way. @throws UserError as openCommit, without DIRTY_TREE */
  loadAt: (revision: string) => Promise<LoadedCommit>;
}

/**
 * A project at a revision: project.yaml and the lock come from the same commit, whatever is in the work tree. What was
 * computed of that commit before is not computed again.
 *
 * @param build names the code that runs; what another has computed is not taken
 * @throws UserError DIRTY_TREE, NO_REVISION, NO_REPOSITORY, INVALID_PROJECT, INVALID_LOCK, UNPINNED, and whatever makes
 * a component one that cannot be hashed
 */
export async function openCommit(
  invocation: Pick<Invocation, 'root' | 'env' | 'asked'>,
  revision: Revision = {},
  { repository: given, build = BUILD_ID }: OpenOptions = {},
): Promise<OpenedCommit> {
  if (revision.rev !== undefined && revision.dirty)
    throw new UserError(
      'USAGE',
      'expected --rev or --dirty, found both: a work tree has no revision; take one out',
    );
  const isHead = revision.rev === undefined && !revision.dirty;
  const early = given ? undefined : invocation.asked;
  const repository = given ?? early?.repository ?? openRepository(invocation);
  // Comparing the files with HEAD takes the longest: it runs beside the loading.
  const asked = isHead ? (early ?? askGit(repository)) : undefined;
  const found = revision.dirty ? undefined : await (asked?.head ?? repository.findCommit(revision.rev));
  const loadFiles = async (files: CommitFiles): Promise<LoadedCommit> => {
    const { loadCommit } = await import('./load-commit.ts');
    const { hashCommit } = await import('./hash-commit.ts');
    const source = loadCommit(files, invocation);
    return { source, hashes: hashCommit(source) };
  };
  const load = once(async () => loadFiles(found ? found.read() : await repository.readWorkTree()));
  const memo = found && openMemo(found, invocation.env, build);
  const known = memo?.read();
  const summarise = known ? () => known : await settle(async () => summaryOf(await load()));
  if (asked) refuseDirty(await asked.dirt, invocation.env);
  const summary = summarise();
  if (!known) memo?.write(summary);
  const loadAt = async (other: string): Promise<LoadedCommit> =>
    loadFiles(await repository.readCommit(other));
  return {
    revision: found?.oid ?? null,
    summary,
    repository,
    load: async () => requireSame(summary, await load()),
    loadAt,
  };
}

interface OpenOptions {
  repository?: GitRepository;
  build?: string | undefined;
}

function summaryOf({ source: { project, graph }, hashes }: LoadedCommit): CommitSummary {
  return { project, graph, hashes };
}

/** Nothing is built under a hash that was computed of other pins, such as a lab's that were refreshed meanwhile. */
function requireSame({ hashes }: CommitSummary, loaded: LoadedCommit): LoadedCommit {
  const isSame =
    hashes.size === loaded.hashes.size &&
    [...loaded.hashes].every(([id, { hash }]) => hashes.get(id)?.hash === hash);
  if (isSame) return loaded;
  throw new UserError('CHANGED_MEANWHILE', 'the pins of this machine changed in the meantime; run it again');
}

function once<Value>(compute: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= compute());
}

/** A project that does not load is told of after the files that were not committed: one may be the cause of the other. */
async function settle<Value>(compute: () => Promise<Value>): Promise<() => Value> {
  try {
    const value = await compute();
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
  const [files, them] =
    found.length === 1
      ? ['1 file differs', 'it as it is']
      : [`${found.length} files differ`, 'them as they are'];
  const shown = found.length > MAX_SHOWN ? ` (the first ${MAX_SHOWN} are shown)` : '';
  throw new UserError(
    'DIRTY_TREE',
    `${files} from the commit${shown}; commit, or take ${them} with --dirty`,
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
