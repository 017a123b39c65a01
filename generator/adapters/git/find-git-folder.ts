import { runGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/** The git directory that all worktrees of a repository share; absolute. @returns undefined where there is no repository */
export function findGitFolder(place: GitPlace): string | undefined {
  const { code, stdout } = runGit(place, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  return code === 0 ? stdout.toString('utf8').replace(/\n$/, '') : undefined;
}
