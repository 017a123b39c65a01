import type { Project } from '../model/project/project.ts';

/** A repository on GitHub, or on a GitHub Enterprise Server. */
export interface GithubRepository {
  owner: string;
  name: string;
  /** Web address: the branch source takes no other than https. */
  url: string;
  /** Where statuses of commits are posted to; the commit's id comes at its end. */
  statuses: string;
}

/** From any form of its address; undefined where the project is not on GitHub. */
export function githubRepositoryOf({ scm, repository = '' }: Project): GithubRepository | undefined {
  if (scm.kind !== 'github') return undefined;
  const match = /([^/@:]+)[/:]([^/:]+)\/([^/]+?)(?:\.git)?\/?$/.exec(repository);
  const [, host = '', owner = '', name = ''] = match ?? [];
  const api = host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`;
  return {
    owner,
    name,
    url: `https://${host}/${owner}/${name}`,
    statuses: `${api}/repos/${owner}/${name}/statuses/`,
  };
}
