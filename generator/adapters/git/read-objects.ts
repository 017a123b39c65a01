import { MAX_ANSWER_BYTES, TOO_LARGE, gitFailed, runGit } from './run-git.ts';
import type { GitPlace, GitResult } from './run-git.ts';

export interface GitObject {
  oid: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Uint8Array;
}

/** A larger file is no project file, Dockerfile or playbook. The same limit as in a work tree. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads many objects in one process.
 * @param names ids, or `REVISION:PATH`; none may hold a newline
 * @returns one for each name, undefined where there is none. Of a file above 64 MiB the content is as many zeros: the
 * caller's own limit speaks of the size
 */
export function readObjects(place: GitPlace, names: readonly string[]): (GitObject | undefined)[] {
  if (names.length === 0) return [];
  const result = runGit(place, ['cat-file', '--batch'], listOf(names));
  if (result.stderr === TOO_LARGE) return readWithoutLarge(place, names);
  return parseBatch(result, names.length);
}

function readWithoutLarge(place: GitPlace, names: readonly string[]): (GitObject | undefined)[] {
  const heads = runGit(place, ['cat-file', '--batch-check'], listOf(names))
    .stdout.toString('utf8')
    .split('\n');
  const found: (GitObject | undefined)[] = [];
  let pending: number[] = [];
  let bytes = 0;
  const readPending = (): void => {
    const read = runGit(place, ['cat-file', '--batch'], listOf(pending.map((index) => names[index]!)));
    parseBatch(read, pending.length).forEach((object, at) => (found[pending[at]!] = object));
    [pending, bytes] = [[], 0];
  };
  names.forEach((_, index) => {
    const head = parseHead(heads[index] ?? '');
    if (!head) return;
    if (head.size > MAX_BYTES) found[index] = { ...head, content: new Uint8Array(MAX_BYTES) };
    else {
      if (bytes + head.size > MAX_ANSWER_BYTES / 2) readPending();
      pending.push(index);
      bytes += head.size;
    }
  });
  if (pending.length > 0) readPending();
  return names.map((_, index) => found[index]);
}

function listOf(names: readonly string[]): string {
  return `${names.join('\n')}\n`;
}

function parseBatch(result: GitResult, count: number): (GitObject | undefined)[] {
  if (result.code !== 0) throw gitFailed('read objects', result);
  const { stdout } = result;
  const found: (GitObject | undefined)[] = [];
  for (let offset = 0, index = 0; index < count; index++) {
    const end = stdout.indexOf(10, offset);
    if (end < 0) throw gitFailed('read objects: the answer is too short', result);
    const head = parseHead(stdout.toString('utf8', offset, end));
    offset = end + 1;
    if (!head) found.push(undefined);
    else {
      found.push({ ...head, content: stdout.subarray(offset, offset + head.size) });
      offset += head.size + 1;
    }
  }
  return found;
}

/** `<id> <type> <size>`; anything else (`… missing`, `… submodule`) is no object of this repository. */
export function parseHead(line: string): { oid: string; type: GitObject['type']; size: number } | undefined {
  const match = /^([0-9a-f]{40}|[0-9a-f]{64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
  return match ? { oid: match[1]!, type: match[2] as GitObject['type'], size: Number(match[3]) } : undefined;
}
