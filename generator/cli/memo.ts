import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundCommit } from '../ports/git-repository.ts';
import { BUILD_ID } from './build-id.ts';
import type { Invocation } from './command.ts';
import { lockKindOf } from './lock-kind.ts';
import type { LockKind } from './lock-kind.ts';
import { openMemoFiles } from './memo-files.ts';
import { parseSummary, renderSummary } from './memo-summary.ts';
import type { CommitSummary } from './memo-summary.ts';

/** What was computed of one commit with one lock by this build of millrace (docs/decisions/013). */
export interface CommitMemo {
  read: () => CommitSummary | undefined;
  write: (summary: CommitSummary) => void;
}

/**
 * @param build undefined where the code that runs has no name
 * @returns undefined where nothing may be kept: in a pipeline too, whose machines run what any branch says, and one
 * branch's tests must not tell the trusted one what its hashes are
 */
export function openMemo(
  { prefix, place }: Pick<FoundCommit, 'prefix' | 'place'>,
  env: Invocation['env'],
  build: string | undefined = BUILD_ID,
): CommitMemo | undefined {
  if (build === undefined || place === undefined || (env['MILLRACE_ROLE'] ?? '') !== '') return undefined;
  const folder = join(place.gitFolder, 'millrace');
  const files = openMemoFiles(join(folder, 'commits'));
  const computeKey = (): string =>
    digestOf([build, place.tree, prefix, ...describeLock(folder, lockKindOf(env))]);
  const key = computeKey();
  return {
    read: () => {
      const text = files.read(key);
      return text === undefined ? undefined : parseSummary(text);
    },
    write: (summary) => {
      // Pins that were written in between may be in the summary, and are not in the key.
      if (computeKey() === key) files.write(key, renderSummary(summary));
    },
  };
}

/** The committed lock is in the tree. Of others the name has the project's in it, which is not known yet: all count. */
function describeLock(folder: string, kind: LockKind): string[] {
  if (kind === 'committed') return [kind];
  const names = readNames(folder).filter((name) => name.endsWith(`.${kind}.lock.yaml`));
  return [kind, ...names.sort().flatMap((name) => [name, readIfThere(join(folder, name))])];
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What cannot be read is told of where the lock is read: nothing is kept then. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'base64');
  } catch (error) {
    return `! ${(error as NodeJS.ErrnoException).code}`;
  }
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
