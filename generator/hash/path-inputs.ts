import type { CommitFiles, TreeEntry } from '../model/commit-files.ts';
import type { HashInput } from '../model/component-hash.ts';
import { UserError } from '../model/user-error.ts';

/** A tree's entry as an input. @param path from the repository's root */
export function entryInput({ mode, oid }: TreeEntry, path: string): HashInput {
  if (mode === '040000') return { type: 'tree', name: path, value: oid };
  return { type: 'file', name: path, value: `${mode} ${oid}` };
}

/**
 * Files and folders as inputs: a folder is one tree. What lies behind a link counts, and so does the link. A path that
 * lies in a folder that is named too adds nothing.
 *
 * @param paths from the repository's root, in any order, as a person writes them (`./a/`)
 * @throws UserError SUBMODULE, NO_PATH
 */
export function pathInputs(files: CommitFiles, paths: Iterable<string>): HashInput[] {
  return coveringPaths(files, paths).map((path) => {
    const entry = files.entry(path)!;
    if (entry.mode === '160000') throw submoduleError(path);
    if (entry.mode === '040000') refuseSubmodules(files, path);
    return entryInput(entry, path);
  });
}

/**
 * The files that `pathInputs` covers: exactly those, for an export.
 * @returns sorted by path, from the repository's root
 * @throws UserError SUBMODULE, NO_PATH
 */
export function pathEntries(files: CommitFiles, paths: Iterable<string>): TreeEntry[] {
  const entries = coveringPaths(files, paths).flatMap((path) => {
    const entry = files.entry(path)!;
    if (entry.mode !== '040000') return [{ ...entry, path }];
    return files.list(path).map((below) => ({ ...below, path: joinPath(path, below.path) }));
  });
  const submodule = entries.find(({ mode }) => mode === '160000');
  if (submodule) throw submoduleError(submodule.path);
  return entries;
}

/** Plain paths without links in the way, sorted, none inside another. */
function coveringPaths(files: CommitFiles, paths: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const written of paths) {
    const path = plainPath(written);
    const way = files.follow?.(path) ?? (files.entry(path) ? [path] : []);
    if (way.length === 0) throw noPath(path);
    for (const step of way) found.add(step);
  }
  return [...found].sort().filter((path) => !ancestorsOf(path).some((folder) => found.has(folder)));
}

function ancestorsOf(path: string): string[] {
  if (path === '') return [];
  const steps = path.split('/');
  return steps.map((_, index) => steps.slice(0, index).join('/'));
}

/** @throws UserError SUBMODULE where the folder holds one: its files are in no tree of this repository */
export function refuseSubmodules(files: CommitFiles, folder: string): void {
  if (files.mayHoldSubmodules === false) return;
  const submodule = files.list(folder).find(({ mode }) => mode === '160000');
  if (submodule) throw submoduleError(joinPath(folder, submodule.path));
}

export function submoduleError(path: string): UserError {
  const message = `${path} is a submodule, whose files are not in this repository`;
  const hint = 'copy them in, or let an ignore file leave it out';
  const problem = { file: path, line: 1, column: 1, path: '', message: 'is a submodule', hint };
  return new UserError('SUBMODULE', `${message}; ${hint}`, [problem]);
}

function noPath(path: string): UserError {
  const message = 'expected a file or folder in the commit, found none';
  const problem = { file: path, line: 1, column: 1, path: '', message, hint: 'is it committed?' };
  return new UserError('NO_PATH', `${path}: ${message}; is it committed?`, [problem]);
}

export function joinPath(folder: string, path: string): string {
  return folder === '' ? path : path === '' ? folder : `${folder}/${path}`;
}

/** `./a//b/` is `a/b`; the root is `''`. */
export function plainPath(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}
