import { openIndexCopy } from './index-copy.ts';
import type { CopySettings, IndexCopy } from './index-copy.ts';
import { gitFailed, startGit } from './run-git.ts';
import type { GitPlace, GitResult } from './run-git.ts';

/**
 * What differs from HEAD below the folder, files that are neither tracked nor ignored included; relative to it, sorted.
 * The user's index is not written. A bare repository has nothing that could differ.
 *
 * @param copies where given, git may keep what it learns of the work tree in a copy of the index: the next question is
 * answered in half the time (docs/decisions/014)
 */
export async function listDirty(place: GitPlace, copies?: CopySettings): Promise<string[]> {
  const copy = copies && openIndexCopy(place.folder, copies);
  if (copy && (await isClean(place, copy))) return [];
  const dirty = await askWithUserIndex(place);
  // A copy that finds something where there is nothing is of no use.
  if (dirty.length === 0) copy?.remove();
  return dirty;
}

async function isClean({ folder, env }: GitPlace, copy: IndexCopy): Promise<boolean> {
  // The folder is the top of its work tree; a path to look below would keep git from using what it knows.
  const options = [...copy.options, ...askStatus('normal')];
  const result = await startGit({ folder, env: { ...env, ...copy.env } }, options);
  return result.code === 0 && readChanges(result)?.length === 0;
}

async function askWithUserIndex(place: GitPlace): Promise<string[]> {
  const result = await startGit(place, [...askStatus('all'), '--', '.']);
  if (/must be run in a work tree/.test(result.stderr)) return [];
  if (result.code !== 0) throw gitFailed('compare the files with HEAD', result);
  const changed = readChanges(result);
  if (!changed)
    throw gitFailed('compare the files with HEAD', { ...result, stderr: 'fatal: there is no commit yet' });
  if (changed.length === 0) return [];
  const prefix = textOf(await startGit(place, ['rev-parse', '--show-prefix'])).replace(/\n$/, '');
  return changed.map((path) => path.slice(prefix.length)).sort();
}

/** Settings of the user that hide something, or make it look otherwise, are overridden. */
function askStatus(untracked: 'normal' | 'all'): string[] {
  return [
    ...['status', '--porcelain=v1', '-z', '--branch', '--no-ahead-behind', '--no-renames'],
    ...[`--untracked-files=${untracked}`, '--ignore-submodules=dirty'],
  ];
}

/** @returns paths below the top of the work tree; undefined where nothing is committed yet */
function readChanges(result: GitResult): string[] | undefined {
  const [branch = '', ...lines] = textOf(result).split('\0');
  if (/^## (?:No commits yet|Initial commit) on /.test(branch)) return undefined;
  return lines.filter(Boolean).map((line) => line.slice('XY '.length));
}

function textOf({ stdout }: GitResult): string {
  return stdout.toString('utf8');
}
