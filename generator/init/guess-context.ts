import { folderOf } from './repository-look.ts';

/** The folders and files of a repository, to ask quickly whether something is there. */
export interface Places {
  has(path: string): boolean;
  /** Does anything below the folder match; `*` and `?` stand for characters of one name. */
  matches(folder: string, pattern: string): boolean;
}

/** @param paths every file, relative to the root, with forward slashes */
export function indexPlaces(paths: readonly string[]): Places {
  const children = new Map<string, Set<string>>([['', new Set()]]);
  for (const path of paths) {
    let child = path;
    while (child !== '') {
      const parent = folderOf(child);
      let names = children.get(parent);
      const known = names !== undefined;
      if (!names) children.set(parent, (names = new Set()));
      names.add(child.slice(parent === '' ? 0 : parent.length + 1));
      if (known) break;
      child = parent;
    }
  }
  const has = (path: string): boolean =>
    path === '' ||
    children.has(path) ||
    (children.get(folderOf(path))?.has(path.slice(path.lastIndexOf('/') + 1)) ?? false);
  const matches = (folder: string, pattern: string): boolean => {
    let folders = [folder];
    for (const step of pattern.split('/')) {
      const expression = globOf(step);
      folders = folders.flatMap((one) => {
        if (expression === undefined) return has(join(one, step)) ? [join(one, step)] : [];
        return [...(children.get(one) ?? [])]
          .filter((name) => expression.test(name))
          .map((name) => join(one, name));
      });
    }
    return folders.length > 0;
  };
  return { has, matches };
}

/**
 * The folder that a Dockerfile is most likely built from: its own, unless one above holds more of what it
 * copies. The nearest of equals.
 * @param sources what COPY and ADD take, as written
 */
export function guessContext(dockerfile: string, sources: readonly string[], places: Places): string {
  const wanted = sources.map(normalise).filter((source) => source !== '');
  let best = folderOf(dockerfile);
  let most = count(best, wanted, places);
  for (let folder = best; folder !== '' && most < wanted.length;) {
    folder = folderOf(folder);
    const found = count(folder, wanted, places);
    if (found > most) [best, most] = [folder, found];
  }
  return best;
}

function count(folder: string, sources: readonly string[], places: Places): number {
  return sources.filter((source) => places.matches(folder, source)).length;
}

/** '' for the whole context, which every folder has. */
function normalise(source: string): string {
  return source
    .split('/')
    .filter((step) => step !== '' && step !== '.' && step !== '..')
    .join('/');
}

function globOf(step: string): RegExp | undefined {
  if (!/[*?[]/.test(step)) return undefined;
  // A class of characters matches any one: this is a guess, and what a class may hold is none of its business.
  const parts = step.replace(/\[[^\]]*\]/g, '?').split(/([*?])/);
  return new RegExp(
    `^${parts.map((part) => (part === '*' ? '[^/]*' : part === '?' ? '[^/]' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))).join('')}$`,
  );
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
