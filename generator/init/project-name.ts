import { JENKINS_FOLDERS } from '../model/jenkins-items.ts';
import { nameOfRemote } from './clean-remote.ts';
import { makeName } from './name-components.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { baseOf, folderOf, sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

/**
 * The project's name. Files that say `FROM shop/base`, where a folder `base` holds a Dockerfile, have named it
 * already; else it is the repository's, else the folder's.
 */
export function nameProject(look: RepositoryLook): string {
  const usual = [look.remote === undefined ? '' : nameOfRemote(look.remote), look.folder]
    .map(makeName)
    .filter((name) => name !== '');
  const votes = countPrefixes(look);
  const [prefix, count] = [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? ['', 0];
  // One such reference alone may be somebody else's image of the same name.
  const name = prefix !== '' && (count >= 2 || usual.includes(prefix)) ? prefix : (usual[0] ?? 'project');
  return (JENKINS_FOLDERS as readonly string[]).includes(name) ? `${name}-project` : name;
}

function countPrefixes(look: RepositoryLook): Map<string, number> {
  const dockerfiles = [...look.texts.keys()].filter((path) => sortOfFile(path) === 'dockerfile');
  const folders = new Set(dockerfiles.map((path) => baseOf(folderOf(path))));
  const votes = new Map<string, number>();
  for (const path of dockerfiles) {
    const own = baseOf(folderOf(path));
    for (const reference of readDockerfile(look.texts.get(path)!).references) {
      const [, prefix, name] = /^([a-z0-9]+(?:[._-][a-z0-9]+)*)\/([a-z0-9._-]+)$/.exec(reference) ?? [];
      if (prefix === undefined || name === own || !folders.has(name!) || prefix.includes('.')) continue;
      votes.set(prefix, (votes.get(prefix) ?? 0) + 1);
    }
  }
  return votes;
}
