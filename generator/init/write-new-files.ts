import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../model/user-error.ts';
import type { PlatformFile } from './platform-files.ts';

export interface WrittenFiles {
  written: string[];
  /** Were there, and are the same. */
  same: string[];
  /** Were there with another content, and were left alone. */
  different: string[];
}

/**
 * Writes files that are not there yet, and nothing else.
 * @param root absolute path of the repository
 * @throws UserError CANNOT_WRITE
 */
export async function writeNewFiles(root: string, files: readonly PlatformFile[]): Promise<WrittenFiles> {
  const result: WrittenFiles = { written: [], same: [], different: [] };
  for (const file of files) {
    const existing = await readFile(join(root, file.path)).catch(() => undefined);
    if (existing) (existing.equals(file.content) ? result.same : result.different).push(file.path);
    else result.written.push(await writeNew(root, file));
  }
  return result;
}

async function writeNew(root: string, { path, content, executable }: PlatformFile): Promise<string> {
  try {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    // A folder that is a link to elsewhere is none of this repository's.
    const way = relative(await realpath(root), await realpath(dirname(full)));
    if (way === '..' || way.startsWith(`..${sep}`))
      throw new UserError('CANNOT_WRITE', `${path}: its folder is a link that leads out of the repository`);
    await writeFile(full, content, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
    return path;
  } catch (error) {
    throw asUserError(path, error);
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

export function projectExists(): UserError {
  return new UserError(
    'PROJECT_EXISTS',
    'project.yaml is there already; change it by hand, or write it anew with --force',
  );
}
