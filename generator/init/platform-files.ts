import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLATFORM_FOLDERS } from './platform-components.ts';
import { sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

export interface PlatformFile {
  path: string;
  content: Uint8Array;
  executable: boolean;
}

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

/** Only where an image is named: `image:` of a stack, FROM and --from= of a Dockerfile. */
function renameImages(path: string, content: Uint8Array, project: string): Uint8Array {
  const sort = sortOfFile(path);
  if (sort !== 'compose' && sort !== 'dockerfile') return content;
  const text = new TextDecoder().decode(content);
  const renamed = text.replace(
    sort === 'compose'
      ? /^(\s*(?:-\s+)?image:\s*["']?)millrace\//gm
      : /^(\s*FROM\s+(?:--\S+\s+)*|(?:COPY|ADD)\s.*--from=)millrace\//gim,
    (_, before: string) => `${before}${project}/`,
  );
  return renamed === text ? content : new TextEncoder().encode(renamed);
}

/** The look as it will be once the files are copied; what is there stays as it is. */
export function addToLook(look: RepositoryLook, files: readonly PlatformFile[]): RepositoryLook {
  const there = new Set(look.paths);
  const added = files.filter((file) => !there.has(file.path));
  const texts = new Map(look.texts);
  for (const { path, content } of added)
    if (sortOfFile(path) !== undefined) texts.set(path, new TextDecoder().decode(content));
  return { ...look, paths: [...look.paths, ...added.map((file) => file.path)].sort(), texts };
}
