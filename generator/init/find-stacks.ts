import type { FoundComponent } from './found.ts';
import { makeName, nameAll, tellingFolders } from './name-components.ts';
import type { NameWish } from './name-components.ts';
import type { ComposeFile } from './read-compose.ts';
import { baseOf, folderOf } from './repository-look.ts';

/**
 * Stacks: compose files that are meant for a Swarm, by their name, their folder, or a `deploy:` that only a
 * Swarm heeds, in a file that builds nothing.
 * @param on infrastructure that they run on; undefined where there is none
 */
export function findStacks(
  project: string,
  composeFiles: readonly ComposeFile[],
  on: string | undefined,
): FoundComponent[] {
  const files = composeFiles.filter(isStack);
  const names = nameAll(files.map((file) => wishOf(file.path, project)));
  return files.map((file, index) => ({
    section: 'stacks',
    name: names[index]!,
    fields: { file: file.path, ...(on === undefined ? {} : { on }) },
    source: file.path,
  }));
}

/** A line for each compose file that is taken for no stack, with the reason. */
export function noteOtherComposeFiles(composeFiles: readonly ComposeFile[]): string[] {
  return composeFiles
    .filter((file) => file.services.length > 0 && !isStack(file))
    .map((file) => {
      const builds = file.services.some((service) => service.build !== undefined);
      const reason = builds
        ? 'it builds its images itself; a stack names them, as in image: PROJECT/NAME'
        : 'nothing in it speaks of a Swarm';
      return `${file.path}: not taken for a stack, since ${reason}`;
    });
}

function isStack(file: ComposeFile): boolean {
  if (file.services.length === 0) return false;
  const named = /(?:^|[-_.])(?:stack|swarm)(?:[-_.]|$)/i.test(baseOf(file.path));
  const placed = folderOf(file.path)
    .split('/')
    .some((folder) => /^(?:stacks?|swarm)$/i.test(folder));
  const builds = file.services.some(
    (service) => service.build !== undefined || service.refused !== undefined,
  );
  return named || placed || (file.forSwarm && !builds && !/dev|test|local|override/i.test(baseOf(file.path)));
}

/** `shop` of stacks/shop.yml; of docker-stack.yml the folder's name, or the project's at the top. */
function wishOf(path: string, project: string): NameWish {
  const folders = tellingFolders(folderOf(path));
  const plain = baseOf(path)
    .replace(/\.ya?ml$/i, '')
    .split(/[-_.]/)
    .filter((word) => !/^(?:docker|compose|stack|swarm|prod|production)$/i.test(word))
    .join('-');
  return makeName(plain) === ''
    ? { name: folders[0] ?? project, folders: folders.slice(1) }
    : { name: plain, folders };
}
