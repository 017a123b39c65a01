import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeThisRun } from '../this-run.ts';
import { copyIndex } from './copy-index.ts';
import { gitFailed, runGit } from './run-git.ts';
import type { GitPlace, GitResult } from './run-git.ts';

/**
 * Writes the work tree as `git add -A && git commit` would, filters, modes and ignore rules applied, into an index and
 * an object store of its own: the user's are only read. These are removed when this process ends.
 *
 * @returns the tree's id, and the place where its objects can be read
 */
export function writeWorkTree(place: GitPlace): { tree: string; place: GitPlace } {
  const [index, objects] = findStores(place);
  const folder = mkdtempSync(join(tmpdir(), `millrace-${describeThisRun().stamp}-tree-`));
  removeAtExit(folder);
  const own = { index: join(folder, 'index'), objects: join(folder, 'objects') };
  mkdirSync(join(own.objects, 'info'), { recursive: true });
  writeFileSync(join(own.objects, 'info', 'alternates'), `${objects}\n`);
  // Before the first commit there may be none.
  if (existsSync(index)) copyIndex(index, own.index);
  const env = { ...place.env, GIT_INDEX_FILE: own.index, GIT_OBJECT_DIRECTORY: own.objects };
  const there: GitPlace = { ...place, env };
  const top = textOf(check(runGit(place, ['rev-parse', '--show-toplevel']), 'find the work tree'));
  const settings = ['-c', 'core.untrackedCache=false', '-c', 'advice.addEmbeddedRepo=false'];
  check(runGit({ ...there, folder: top }, [...settings, 'add', '-A', '--', '.']), 'read the work tree');
  const tree = textOf(check(runGit(there, ['write-tree']), 'read the work tree'));
  return { tree, place: { ...there, env: { ...place.env, GIT_OBJECT_DIRECTORY: own.objects } } };
}

const temporary: string[] = [];

/** The objects are read for as long as this process runs. */
function removeAtExit(folder: string): void {
  if (temporary.push(folder) > 1) return;
  process.on('exit', () => temporary.forEach((made) => rmSync(made, { recursive: true, force: true })));
}

function findStores(place: GitPlace): [index: string, objects: string] {
  const paths = ['--git-path', 'index', '--git-path', 'objects'];
  const found = textOf(check(runGit(place, ['rev-parse', ...paths]), 'find its index')).split('\n');
  return [resolve(place.folder, found[0]!), resolve(place.folder, found[1]!)];
}

function check(result: GitResult, what: string): GitResult {
  if (result.code !== 0) throw gitFailed(what, result);
  return result;
}

function textOf({ stdout }: GitResult): string {
  return stdout.toString('utf8').replace(/\n$/, '');
}
