import type { Found, FoundComponent } from './found.ts';
import { findAmis } from './find-amis.ts';
import { findImages } from './find-images.ts';
import { findInfrastructure } from './find-infrastructure.ts';
import { findStacks, noteOtherComposeFiles } from './find-stacks.ts';
import { indexPlaces } from './guess-context.ts';
import { readEnvironmentFile } from './interpolate.ts';
import { nameProject } from './project-name.ts';
import { readCompose } from './read-compose.ts';
import type { ComposeFile } from './read-compose.ts';
import { baseOf, folderOf, sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

/** All that a look shows, in the order in which it is written. */
export function findComponents(look: RepositoryLook): Found {
  const places = indexPlaces(look.paths);
  const project = nameProject(look);
  const { files, notes } = readComposeFiles(look);
  const images = findImages(look, project, files, places);
  const amis = findAmis(look, places);
  const usable = amis.components.filter((ami) => ami.doubt === undefined).map((ami) => ami.name);
  const infrastructure = findInfrastructure(look, usable);
  const on = infrastructure.length === 1 ? infrastructure[0]!.name : undefined;
  const components = [
    ...images.components,
    ...amis.components,
    ...infrastructure,
    ...findStacks(project, files, on),
  ];
  return {
    project,
    ...(look.remote === undefined ? {} : { remote: look.remote }),
    ...(look.branch === undefined ? {} : { branch: look.branch }),
    ...(amis.region === undefined ? {} : { region: amis.region }),
    components: sortBySource(components),
    notes: [...notes, ...noteOtherComposeFiles(files), ...images.notes, ...amis.notes, ...look.notes],
  };
}

/** What lies together stands together. */
function sortBySource(components: readonly FoundComponent[]): FoundComponent[] {
  const key = ({ source, name }: FoundComponent): string => `${folderOf(source)}\0${name}`;
  return [...components].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function readComposeFiles(look: RepositoryLook) {
  const files: ComposeFile[] = [];
  const notes: string[] = [];
  for (const [path, text] of look.texts) {
    if (sortOfFile(path) !== 'compose') continue;
    const beside = look.texts.get(folderOf(path) === '' ? '.env' : `${folderOf(path)}/.env`);
    const read = readCompose(path, text, beside === undefined ? {} : readEnvironmentFile(beside));
    if (typeof read === 'string') notes.push(`${path}: ${read}`);
    else if (read) files.push(read);
  }
  return { files: files.sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1)), notes };
}

/** The plain compose file first, those for production next, those for development last; higher folders before lower. */
function rank(path: string): number {
  const name = baseOf(path).replace(/\.ya?ml$/i, '');
  const sort = /^(?:docker-)?compose$/i.test(name)
    ? 0
    : /dev|test|debug|local|override|ci\b/i.test(name)
      ? 3
      : /prod|stack|swarm/i.test(name)
        ? 1
        : 2;
  return sort * 100 + path.split('/').length;
}
