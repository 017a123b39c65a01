/** What `init` knows of a repository: the names of its files, and the text of those that could say something. */
export interface RepositoryLook {
  /** Name of the root folder, as it is on disk. */
  folder: string;
  /** Where the repository is cloned from, without user or password; undefined where there is no such address. */
  remote?: string;
  /** The branch to deliver from; undefined where git knows none. */
  branch?: string;
  /** Every file, relative to the root, with forward slashes, in the order of their code units. */
  paths: readonly string[];
  /** Text of the files for which `isWorthReading` holds, by path. */
  texts: ReadonlyMap<string, string>;
  /** One line for each thing that was too much to look at. */
  notes: readonly string[];
}

export type FileSort =
  'dockerfile' | 'compose' | 'packer' | 'packer-json' | 'playbook' | 'environment' | 'plugins';

/** Folders whose files belong to somebody else, or are the material of tests. */
const FOREIGN = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'testdata',
  'fixtures',
  '__fixtures__',
  'test-fixtures',
]);

/** `Dockerfile`, `Dockerfile.worker`, `Dockerfile-worker`, `worker.Dockerfile`, and Podman's name for the same. */
const DOCKERFILE =
  /^(?:(?:docker|container)file(?:[._-](?<after>[^/]+))?|(?<before>[^/]+)\.(?:docker|container)file)$/i;
/** What is made into a Dockerfile, or lies beside one. */
const NO_DOCKERFILE =
  /\.(?:dockerignore|containerignore|j2|tmpl|tpl|template|in|erb|ejs|hbs|mustache|md|txt|bak|orig|old|swp|sh|ps1|py|ya?ml|json)$/i;

/**
 * What a file is by its name alone.
 * @returns undefined for what says nothing about components, and for files of foreign and hidden folders
 */
export function sortOfFile(path: string): FileSort | undefined {
  const folders = path.split('/');
  const name = folders.pop()!;
  if (folders.some((folder) => FOREIGN.has(folder) || folder.startsWith('.'))) return undefined;
  if (name === '.env') return 'environment';
  if (name.startsWith('.')) return undefined;
  if (name === 'plugins.txt') return 'plugins';
  if (DOCKERFILE.test(name) && !NO_DOCKERFILE.test(name)) return 'dockerfile';
  if (name.endsWith('.pkr.hcl')) return 'packer';
  if (/\.json$/i.test(name)) return /packer/i.test(path) ? 'packer-json' : undefined;
  if (!/\.ya?ml$/i.test(name)) return undefined;
  if (/(?:^|[-_.])(?:deploy|destroy)(?:[-_.]|$)/i.test(name)) return 'playbook';
  if (/compose|(?:^|[-_.])(?:stack|swarm)(?:[-_.]|$)/i.test(name)) return 'compose';
  return folders.some((folder) => /^(?:stacks?|swarm)$/i.test(folder)) ? 'compose' : undefined;
}

/** What stands beside the word in a Dockerfile's name: `worker` of `Dockerfile.worker`, '' of `Dockerfile`. */
export function dockerfileVariant(path: string): string {
  const groups = DOCKERFILE.exec(baseOf(path))?.groups;
  return groups?.['after'] ?? groups?.['before'] ?? '';
}

/** `a/b` of `a/b/c`, '' of `c`. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** `c` of `a/b/c`. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Resolves a path that a file writes down, as seen from a folder of the repository.
 * @returns '' for the root itself, undefined for what lies outside
 */
export function resolveWithin(folder: string, path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined;
  const steps: string[] = folder === '' ? [] : folder.split('/');
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.join('/');
}
