import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The nearest folder upwards that holds project.yaml, else the nearest that holds .git, else the folder itself.
 * A project.yaml above the repository's own root is somebody else's.
 * @param start absolute path
 */
export function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isThere(join(folder, 'project.yaml')) || isThere(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

/** A link that leads nowhere is there too: the loader says what is wrong with it. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
