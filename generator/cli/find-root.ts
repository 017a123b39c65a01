import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The nearest folder upwards that holds project.yaml, else the nearest that holds .git, else the folder itself.
 * A project.yaml above the repository's own root is somebody else's.
 * @param start absolute path
 */
export function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'project.yaml')) || existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}
