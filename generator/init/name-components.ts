/** Folder names that say where a thing lies, not what it is. */
const GENERIC = new Set(
  (
    'src docker dockerfile dockerfiles build container containers deploy deployment package ansible packer ' +
    'playbooks infrastructure infra stacks stack swarm ops services images compose docker-compose'
  ).split(' '),
);

/** Whether a folder's name says nothing about what is in it, in any case: `src`, `docker`, `Stacks`. */
export function isGeneric(folder: string): boolean {
  return GENERIC.has(folder.toLowerCase());
}

/**
 * Makes a name that a component may have: lower-case letters and digits with single dashes between.
 * @returns '' where nothing of the text is left
 */
export function makeName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    // `cartService` is two words, `eShop` is one.
    .replace(/([\p{Ll}\d]{2})(\p{Lu})/gu, '$1-$2')
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME)
    .replace(/^-+|-+$/g, '');
}

/** The project's name and a hash stand beside it in the names of AMIs, so it is kept well below the limit of 62. */
const MAX_NAME = 40;

/** What a component is called where nothing stands in the way, and the folders above, nearest first, where something does. */
export interface NameWish {
  name: string;
  folders: readonly string[];
}

/**
 * Gives each its wish; to those who wish the same, the wish with a folder before it: the nearest that tells
 * them apart, else as many as do; a number where nothing else does.
 * @returns names in the order of the wishes, no two alike
 */
export function nameAll(wishes: readonly NameWish[]): string[] {
  const plain = wishes.map((wish) => makeName(wish.name) || 'unnamed');
  const longer = new Map<string, string[]>();
  for (const name of repeated(plain))
    longer.set(name, spellApart(wishes.filter((_, index) => plain[index] === name)));
  const taken = new Set(plain.filter((name) => !longer.has(name)));
  return plain.map((name) => {
    const spelled = longer.get(name)?.shift();
    if (spelled === undefined) return name;
    let unique = spelled;
    for (let number = 2; taken.has(unique); number++) unique = `${spelled}-${number}`;
    taken.add(unique);
    return unique;
  });
}

function repeated(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.has(name) || !seen.add(name)));
}

function spellApart(wishes: readonly NameWish[]): string[] {
  const deepest = Math.max(...wishes.map((wish) => wish.folders.length));
  const spell = ({ name, folders }: NameWish, from: number, to: number): string =>
    makeName([...folders.slice(from, to).reverse(), name].join('-')) || 'unnamed';
  for (let depth = 0; depth < deepest; depth++) {
    const names = wishes.map((wish) => spell(wish, depth, depth + 1));
    if (repeated(names).size === 0) return names;
  }
  for (let depth = 2; depth <= deepest; depth++) {
    const names = wishes.map((wish) => spell(wish, 0, depth));
    if (repeated(names).size === 0) return names;
  }
  return wishes.map((wish) => spell(wish, 0, 1));
}

/** The folders above a path, nearest first, without those whose names say nothing. */
export function tellingFolders(folder: string): string[] {
  return folder === ''
    ? []
    : folder
        .split('/')
        .reverse()
        .filter((step) => !isGeneric(step));
}
