import { gitFailed, startGit } from './run-git.ts';
import type { GitPlace, GitResult } from './run-git.ts';

/**
 * What differs from HEAD below the folder, files that are neither tracked nor ignored included; relative to it, sorted.
 * Writes nothing, the index included. A bare repository has nothing that could differ.
 *
 * Three small questions, asked at the same time, are quicker than `git status`, which asks them one after the other.
 * They may say too much of a file that was only touched: so where they find something, `git status` has the last word.
 */
export async function listDirty(place: GitPlace): Promise<string[]> {
  const answers = await Promise.all([
    startGit(place, ['diff-files', '--quiet', '--ignore-submodules=dirty', '--relative']),
    startGit(place, [
      'diff-index',
      '--cached',
      '--quiet',
      '--ignore-submodules=dirty',
      '--relative',
      'HEAD',
      '--',
    ]),
    startGit(place, ['ls-files', '-o', '-z', '--exclude-standard', '--directory', '--no-empty-directory']),
  ]);
  if (answers.some(({ stderr }) => /must be run in a work tree/.test(stderr))) return [];
  const failed = answers.find(({ code }) => code !== 0 && code !== 1);
  if (failed) throw gitFailed('compare the files with HEAD', failed);
  if (answers.every(({ code, stdout }) => code === 0 && stdout.length === 0)) return [];
  return askStatus(place);
}

async function askStatus(place: GitPlace): Promise<string[]> {
  const status = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
  const [prefix, result] = await Promise.all([
    startGit(place, ['rev-parse', '--show-prefix']),
    startGit(place, [...status, '--ignore-submodules=dirty', '--', '.']),
  ]);
  if (result.code !== 0) throw gitFailed('compare the files with HEAD', result);
  const length = textOf(prefix).replace(/\n$/, '').length;
  return textOf(result)
    .split('\0')
    .filter(Boolean)
    .map((line) => line.slice('XY '.length + length))
    .sort();
}

function textOf({ stdout }: GitResult): string {
  return stdout.toString('utf8');
}
