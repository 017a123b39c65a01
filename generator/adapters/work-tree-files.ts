import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { RepositoryFiles } from '../model/repository-files.ts';

/** Larger files are no project file, Dockerfile or stack file; reading them would only cost memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The work tree as it is on disk. Links that lead out of it count as absent. */
export function workTreeFiles(root: string): RepositoryFiles {
  const realRoot = realpathSync(root);
  const inside = (path: string): string | undefined => {
    try {
      const real = realpathSync(resolve(realRoot, path));
      const way = relative(realRoot, real);
      return way === '..' || way.startsWith(`..${sep}`) ? undefined : real;
    } catch {
      return undefined;
    }
  };
  const kind = (path: string): 'file' | 'directory' | 'none' => {
    const real = inside(path);
    const stats = real === undefined ? undefined : statSync(real, { throwIfNoEntry: false });
    return stats?.isFile() ? 'file' : stats?.isDirectory() ? 'directory' : 'none';
  };
  return {
    kind,
    read(path) {
      if (kind(path) !== 'file') return undefined;
      const full = join(realRoot, path);
      try {
        const size = statSync(full).size;
        // The caller's own limit speaks of the size; a stand-in of that size spares reading the file.
        return size > MAX_BYTES ? new Uint8Array(MAX_BYTES) : readFileSync(full);
      } catch {
        return undefined;
      }
    },
  };
}
