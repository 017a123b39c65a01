import { UserError } from '../../model/user-error.ts';
import type { GitHistory } from '../../ports/git-history.ts';
import { gitFailed, startGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/** @param folder absolute path of the folder that holds project.yaml, or of a bare repository */
export function openGitHistory(folder: string): GitHistory {
  const place: GitPlace = { folder };
  return {
    listLast: async (revision, count) => {
      const tip = await startGit(place, [
        ...['rev-parse', '--verify', '--quiet', '--end-of-options'],
        `${revision}^{commit}`,
      ]);
      if (tip.code === 1 && tip.stderr === '') return undefined;
      if (tip.code !== 0) throw gitFailed('read the history', tip);
      const [all, first] = await Promise.all([
        listCommits(place, revision, [`--max-count=${count}`]),
        listCommits(place, revision, [`--max-count=${count}`, '--first-parent']),
      ]);
      if (Math.min(all.length, first.length) < count) await refuseShallow(place, count);
      return [...new Set([...first, ...all])];
    },
  };
}

/** @throws UserError GIT_FAILED: a commit that is named and not there ends the list with an error, never early */
async function listCommits(place: GitPlace, revision: string, options: string[]): Promise<string[]> {
  const result = await startGit(place, ['rev-list', ...options, '--end-of-options', revision]);
  if (result.code !== 0) throw gitFailed('read the history', result);
  return result.stdout.toString('utf8').split('\n').filter(Boolean);
}

async function refuseShallow(place: GitPlace, count: number): Promise<void> {
  const result = await startGit(place, ['rev-parse', '--is-shallow-repository']);
  if (result.code !== 0) throw gitFailed('read the history', result);
  if (result.stdout.toString('utf8').trim() !== 'true') return;
  throw new UserError(
    'SHALLOW_HISTORY',
    `expected the last ${count} commits (retention.commits), found a shallow clone that has fewer; run \`git fetch --unshallow\``,
  );
}
