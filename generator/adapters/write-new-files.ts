import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../model/user-error.ts';
import type { PlatformFile } from '../init/platform-file.ts';

export interface ComparedFiles {
  absent: PlatformFile[];
  /** Paths of those that are there and are the same. */
  same: string[];
  /** Paths of those that are there with another content, and are left alone. */
  different: string[];
}

/** @param root absolute path of the repository */
export async function compareFiles(root: string, files: readonly PlatformFile[]): Promise<ComparedFiles> {
  const result: ComparedFiles = { absent: [], same: [], different: [] };
  for (const file of files) {
    const existing = await readFile(join(root, file.path)).catch(() => undefined);
    if (!existing) result.absent.push(file);
    else if (existing.equals(file.content)) result.same.push(file.path);
    else result.different.push(file.path);
  }
  return result;
}

/**
 * Writes files that are not there yet; one that has appeared meanwhile is an error.
 * @param root absolute path of the repository
 * @throws UserError CANNOT_WRITE
 */
export async function writeNewFiles(root: string, files: readonly PlatformFile[]): Promise<void> {
  const realRoot = await realpath(root);
  for (const { path, content, executable } of files) {
    try {
      const folder = dirname(join(realRoot, path));
      await refuseLinkOutside(realRoot, folder, path);
      await mkdir(folder, { recursive: true });
      await writeFile(join(realRoot, path), content, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
    } catch (error) {
      throw asUserError(path, error);
    }
  }
}

/** A folder that is a link to elsewhere is none of this repository's, and neither is what would be made in it. */
async function refuseLinkOutside(root: string, folder: string, path: string): Promise<void> {
  let existing = folder;
  let real = await realpath(existing).catch(() => undefined);
  while (real === undefined) {
    existing = dirname(existing);
    real = await realpath(existing).catch(() => undefined);
  }
  const way = relative(root, real);
  if (way === '..' || way.startsWith(`..${sep}`)) {
    throw new UserError('CANNOT_WRITE', `${path}: its folder is a link that leads out of the repository`);
  }
}

/**
 * Writes project.yaml.
 * @param force overwrites one that is there
 * @throws UserError PROJECT_EXISTS, CANNOT_WRITE
 */
export async function writeProjectFile(root: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(join(root, 'project.yaml'), text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw asUserError('project.yaml', error);
  }
}

function asUserError(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (error instanceof UserError || typeof code !== 'string') return error;
  if (path === 'project.yaml' && code === 'EEXIST') return projectExists();
  return new UserError(
    'CANNOT_WRITE',
    `${path} cannot be written (${code}); look at the folder and its permissions`,
  );
}

/** The error for a project.yaml that is there and that nobody said to write anew. */
export function projectExists(): UserError {
  return new UserError(
    'PROJECT_EXISTS',
    'project.yaml is there already; change it by hand, or write it anew with --force',
  );
}
