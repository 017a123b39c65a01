import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { copyIndex } from './copy-index.ts';

export interface CopySettings {
  /** Of an index that is worth a copy. */
  leastBytes?: number;
}

/** An index that git may write what it learns to. */
export interface IndexCopy {
  /** For git's environment. */
  env: Readonly<Record<string, string>>;
  /** Before the subcommand. */
  options: readonly string[];
  remove: () => void;
}

/** About 5,000 files. Fewer are looked at sooner than an index is copied. */
const LEAST_BYTES = 500_000;
/** Of a run that was ended amid its writing; until it is removed, git writes nothing beside it. */
const LONGEST_LOCK = 60_000;

/**
 * A copy of the work tree's index in its git directory, in which git keeps what it learns: which files it has compared,
 * and what no folder held but tracked files when it was last changed (git's own cache of untracked files). It is made
 * anew when the user's index is another. Nothing here fails.
 *
 * @param folder absolute
 * @returns undefined where the folder is not the top of a work tree, where the index is small, and where no copy can be
 * written
 */
export function openIndexCopy(
  folder: string,
  { leastBytes = LEAST_BYTES }: CopySettings,
): IndexCopy | undefined {
  try {
    const gitFolder = findGitFolder(folder);
    const index = join(gitFolder, 'index');
    const identity = identify(index);
    if (identity.bytes < leastBytes) return undefined;
    const path = join(gitFolder, 'millrace', `${PREFIX}${identity.name}`);
    removeOldLock(`${path}.lock`);
    if (statSync(path, { throwIfNoEntry: false }) === undefined && !make(index, identity.name, path))
      return undefined;
    return {
      env: { GIT_INDEX_FILE: path, GIT_OPTIONAL_LOCKS: '1' },
      options: [...SETTINGS],
      remove: () => rmSync(path, { force: true }),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}

const PREFIX = 'index.';

const SETTINGS = [
  ...['-c', 'core.untrackedCache=true', '-c', 'status.showUntrackedFiles=normal'],
  // There is one for an index that was written, which is about the user's.
  ...['-c', `core.hooksPath=${devNull}`],
];

/** A worktree beside the first one has a file that leads to its own git directory. @throws where there is neither */
function findGitFolder(folder: string): string {
  const path = join(folder, '.git');
  if (statSync(path).isDirectory()) return path;
  const target = /^gitdir: ([^\n]+)\n?$/.exec(readFileSync(path, 'utf8'))?.[1];
  return resolve(folder, target ?? '.git');
}

/** Git replaces an index, it never writes into one: what has changed is another file. */
function identify(index: string): { name: string; bytes: number } {
  const { size, ino, mtimeNs, ctimeNs } = statSync(index, { bigint: true });
  return { name: [mtimeNs, ctimeNs, ino, size].join('-'), bytes: Number(size) };
}

/** @returns false where the user's index was replaced meanwhile */
function make(index: string, name: string, path: string): boolean {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  for (const other of readdirSync(folder))
    if (other.startsWith(PREFIX) && !other.startsWith(PREFIX + name))
      rmSync(join(folder, other), { force: true });
  const temporary = `${path}.${process.pid}`;
  try {
    copyIndex(index, temporary);
    if (identify(index).name !== name) return false;
    // By way of another name: a run beside this one sees the whole copy or none.
    renameSync(temporary, path);
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function removeOldLock(path: string): void {
  const lock = statSync(path, { throwIfNoEntry: false });
  if (lock && Date.now() - lock.mtimeMs > LONGEST_LOCK) rmSync(path, { force: true });
}
