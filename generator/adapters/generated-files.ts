import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../model/user-error.ts';
import type { RenderedFiles } from '../model/rendered-files.ts';

/** A difference between what is generated and what lies in the repository. */
export interface FileChange {
  path: string;
  action: 'add' | 'change' | 'delete';
  /** Undefined where the file is new. */
  before?: string;
  /** Undefined where the file goes. */
  after?: string;
  /** True for a file that was there and that no former run wrote. */
  foreign: boolean;
}

/** Lists what the last run wrote, so that what it wrote and this one does not can be removed. */
export const MANIFEST = 'jenkins/generated.json';

/** Only below these does a manifest say anything: it is a committed file, and somebody may have edited it. */
const OWN_PLACES = /^(Jenkinsfile$|jenkins\/|vars\/|resources\/|docs\/)/;

/** Ends the name of a file that is being written. */
const UNFINISHED = '.millrace-new';

/** Words that every generated file has in its first lines. */
const MARKS = ['`millrace generate`'];

/** Compares; writes nothing. Sorted by path. */
export function planFileChanges(root: string, files: RenderedFiles): FileChange[] {
  const known = new Set(readManifest(root));
  const changes: FileChange[] = [];
  const isThere = once((folder) => existsSync(join(root, folder)));
  for (const [path, after] of files) {
    // Thousands of files of a new folder: asking for each would take longer than making them.
    const before = isThere(dirname(path)) ? readText(root, path) : undefined;
    if (before === after) continue;
    if (before === undefined) changes.push({ path, action: 'add', after, foreign: false });
    else changes.push({ path, action: 'change', before, after, foreign: !isMarked(before) });
  }
  for (const path of known) {
    if (files.has(path)) continue;
    const before = readText(root, path) ?? (existsSync(join(root, path + UNFINISHED)) ? MARKS[0] : undefined);
    // What lost our words was taken over by somebody: it stays.
    if (before !== undefined && isMarked(before))
      changes.push({ path, action: 'delete', before, foreign: false });
  }
  const manifest = renderManifest(files.keys());
  const before = readText(root, MANIFEST);
  if (before !== manifest)
    changes.push({
      path: MANIFEST,
      action: before === undefined ? 'add' : 'change',
      ...(before === undefined ? {} : { before }),
      after: manifest,
      foreign: false,
    });
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Carries the changes out. The manifest first lists old and new files alike, so that a run that is stopped
 * half-way forgets none of them.
 * @throws UserError where a folder leads out of the repository, or cannot be written
 */
export function applyFileChanges(root: string, files: RenderedFiles, changes: readonly FileChange[]): void {
  if (changes.length === 0) return;
  const made = new Set<string>();
  try {
    for (const folder of new Set(changes.map(({ path }) => dirname(path)))) checkInside(root, folder);
    writeText(root, MANIFEST, renderManifest([...files.keys(), ...readManifest(root)]), made);
    for (const { path, action, after } of changes) {
      if (path === MANIFEST) continue;
      if (action === 'delete') removeFile(root, path);
      else writeText(root, path, after ?? '', made);
    }
    writeText(root, MANIFEST, renderManifest(files.keys()), made);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw new UserError(
      'CANNOT_WRITE',
      `cannot write the generated files: ${message}; mend that and run it again`,
    );
  }
}

function renderManifest(paths: Iterable<string>): string {
  const about = 'Written by `millrace generate`: the files that it wrote, so that it can remove them again.';
  return `${JSON.stringify({ $comment: about, version: 1, files: [...new Set(paths)].sort() }, null, 1)}\n`;
}

function readManifest(root: string): string[] {
  const text = readText(root, MANIFEST);
  if (text === undefined) return [];
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    if (!Array.isArray(files)) return [];
    return files.filter(
      (path): path is string =>
        typeof path === 'string' && OWN_PLACES.test(path) && !path.split('/').includes('..'),
    );
  } catch {
    // An unreadable manifest removes nothing; it is written anew.
    return [];
  }
}

function isMarked(text: string): boolean {
  const head = text.slice(0, 400);
  return MARKS.some((mark) => head.includes(mark));
}

/** The function, asked once for each argument. */
function once<T>(compute: (argument: string) => T): (argument: string) => T {
  const known = new Map<string, T>();
  return (argument) => {
    if (!known.has(argument)) known.set(argument, compute(argument));
    return known.get(argument) as T;
  };
}

function readText(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError('CANNOT_READ', `cannot read ${path} (${code ?? 'unknown'}); expected a file`);
  }
}

function checkInside(root: string, path: string): void {
  let folder = join(root, path);
  while (!statSync(folder, { throwIfNoEntry: false })) folder = dirname(folder);
  const way = relative(realpathSync(root), realpathSync(folder));
  if (way === '..' || way.startsWith(`..${sep}`)) {
    throw new UserError(
      'OUTSIDE_REPOSITORY',
      `${path} lies outside the repository through a link; nothing was written`,
    );
  }
}

function writeText(root: string, path: string, text: string, made: Set<string>): void {
  const full = join(root, path);
  const folder = dirname(full);
  if (!made.has(folder)) {
    mkdirSync(folder, { recursive: true });
    made.add(folder);
  }
  // By way of a second name: a reader, or a run that is killed, never sees half a file.
  const temporary = full + UNFINISHED;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, full);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function removeFile(root: string, path: string): void {
  rmSync(join(root, path), { force: true });
  rmSync(join(root, `${path}${UNFINISHED}`), { force: true });
  try {
    // Folders that became empty were made for these files; others stay.
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) rmdirSync(join(root, folder));
  } catch {
    // Not empty.
  }
}
