import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findGitFolder } from '../adapters/git/find-git-folder.ts';
import { readLock } from '../load/read-lock.ts';
import { LOCK_FILE } from '../model/lock-file.ts';
import type { Lock } from '../model/lock.ts';
import { renderLock } from '../model/lock-text.ts';
import { UserError } from '../model/user-error.ts';
import type { Invocation } from './command.ts';
import { lockKindOf } from './lock-kind.ts';
import type { LockKind } from './lock-kind.ts';

/**
 * Where this run's pins are. What a mirror or a lab has under a name is not what upstream has: such a run keeps pins
 * of its own inside the git directory, where nothing is committed, hashed or exported. Epochs are always those of the
 * committed lock: whoever rebuilds by force means everybody.
 */
export interface LockPlace {
  kind: LockKind;
  /** Absolute. */
  path: string;
  /** As a person is told it: relative to the root where it lies below. */
  shown: string;
}

/**
 * @param env says whose pins they are, see `lockKindOf`
 * @throws UserError NO_REPOSITORY where pins of one's own have no git directory to lie in
 */
export function findLockPlace({ root, env }: Pick<Invocation, 'root' | 'env'>, project: string): LockPlace {
  const kind = lockKindOf(env);
  if (kind === 'committed') return committedPlace(root);
  const gitFolder = findGitFolder({ folder: root });
  if (gitFolder === undefined) {
    throw new UserError(
      'NO_REPOSITORY',
      `a ${kind} run keeps its pins in the git directory, and ${root} is in no repository; run git init`,
    );
  }
  const path = join(gitFolder, 'millrace', `${project}.${kind}.lock.yaml`);
  const way = relative(root, path);
  return { kind, path, shown: way.startsWith('..') ? path : way };
}

/** The work tree's lock. */
export function committedPlace(root: string): LockPlace {
  return { kind: 'committed', path: join(root, LOCK_FILE), shown: LOCK_FILE };
}

/**
 * The lock of this run: its own pins, where it has some of its own, with the committed epochs.
 * @param committed the lock of the commit or work tree that the run is about
 * @throws UserError INVALID_LOCK
 */
export function readLockAt(place: LockPlace, committed: Lock): Lock {
  if (place.kind === 'committed') return committed;
  const bytes = readIfThere(place.path);
  const files = { read: () => bytes, kind: () => (bytes ? 'file' : 'none') } as const;
  return { ...readLock(files, place.shown), epochs: committed.epochs };
}

const ABOUT: Readonly<Record<LockKind, string>> = {
  committed: 'what upstream references mean. `millrace lock --update` refreshes it; commit the result.',
  mirrored: 'what the mirrors of this machine have. Not committed.',
  lab: 'what the lab of this machine has. Not committed.',
};

/**
 * Writes a lock where its text differs; whole or not at all.
 * @returns true where something was written
 * @throws UserError CANNOT_WRITE
 */
export function writeLockAt(place: LockPlace, lock: Lock): boolean {
  const text = renderLock(place.kind === 'committed' ? lock : { ...lock, epochs: {} }, ABOUT[place.kind]);
  const temporary = `${place.path}.millrace-new`;
  try {
    if (readIfThere(place.path)?.toString('utf8') === text) return false;
    mkdirSync(dirname(place.path), { recursive: true });
    // By way of a second name: a reader, or a run that is killed, never sees half a file.
    writeFileSync(temporary, text);
    renameSync(temporary, place.path);
    return true;
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(
      'CANNOT_WRITE',
      `${place.shown} cannot be written (${code}); mend that and run it again`,
    );
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError('CANNOT_READ', `${path} cannot be read (${code}); look at its permissions`);
  }
}
