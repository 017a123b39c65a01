import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLATFORM_FOLDERS } from '../init/platform-components.ts';
import { renameImages } from '../init/platform-file.ts';
import type { PlatformFile } from '../init/platform-file.ts';

/** What tools leave behind in such folders. */
const LEFTOVER =
  /^(?:node_modules|__pycache__|\.venv|\.git|\.ansible|collections|.*\.(?:retry|pyc|swp|tgz))$/;

/** The package's own folder, above both generator/ and dist/. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The platform's files, as they are to lie in a user's repository: images of this project are written
 * `millrace/NAME` in ours and `<project>/NAME` in theirs.
 */
export async function readPlatformFiles(
  project: string,
  packageRoot: string = PACKAGE_ROOT,
): Promise<PlatformFile[]> {
  const paths = (await Promise.all(PLATFORM_FOLDERS.map((folder) => listFiles(packageRoot, folder)))).flat();
  return Promise.all(
    paths.map(async (path) => {
      const full = join(packageRoot, path);
      const [content, { mode }] = await Promise.all([readFile(full), stat(full)]);
      return { path, content: renameImages(path, content, project), executable: (mode & 0o100) !== 0 };
    }),
  );
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const kept = entries
    .filter((entry) => !LEFTOVER.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    kept.map(async (entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? listFiles(root, path) : entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
