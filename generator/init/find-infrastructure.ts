import type { FoundComponent } from './found.ts';
import { isGeneric, nameAll, tellingFolders } from './name-components.ts';
import { baseOf, folderOf, sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

/**
 * Infrastructure: pairs of playbooks in one folder whose names differ by deploy and destroy only.
 * @param amis names of the machine images, which belong to the only pair where there is one pair
 */
export function findInfrastructure(look: RepositoryLook, amis: readonly string[]): FoundComponent[] {
  const playbooks = new Set(
    [...look.texts]
      .filter(([path, text]) => sortOfFile(path) === 'playbook' && isPlaybook(text))
      .map(([path]) => path),
  );
  const pairs = [...playbooks].flatMap((deploy) => {
    const destroy = join(folderOf(deploy), baseOf(deploy).replace(/deploy/i, 'destroy'));
    return destroy !== deploy && playbooks.has(destroy) ? [{ deploy, destroy }] : [];
  });
  const names = nameAll(pairs.map(({ deploy }) => wishOf(deploy)));
  return pairs.map(({ deploy, destroy }, index) => ({
    section: 'infrastructure',
    name: names[index]!,
    fields: { deploy, destroy, ...(pairs.length === 1 && amis.length > 0 ? { amis } : {}) },
    source: deploy,
  }));
}

/** `network` of network-deploy.yml, else the folder's name, else what most of them are. */
function wishOf(deploy: string) {
  const folders = tellingFolders(folderOf(deploy));
  const rest = baseOf(deploy)
    .replace(/\.ya?ml$/i, '')
    .split(/[-_.]/)
    .filter((word) => !/^(?:deploy|playbook)$/i.test(word) && !isGeneric(word))
    .join('-');
  if (rest !== '') return { name: rest, folders };
  return folders.length > 0 ? { name: folders[0]!, folders: folders.slice(1) } : { name: 'cluster', folders };
}

/** A playbook is a list of plays; manifests and workflows of the same name are none. */
function isPlaybook(text: string): boolean {
  return (
    /^-\s/m.test(text) && /^(?:-\s+|\s{2,})(?:hosts|(?:ansible\.builtin\.)?import_playbook)\s*:/m.test(text)
  );
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
