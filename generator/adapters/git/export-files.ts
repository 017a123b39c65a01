import { closeSync, fchmodSync, futimesSync, openSync, writeFileSync } from 'node:fs';
import { chmod, lutimes, mkdir, open, symlink, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TreeEntry } from '../../model/commit-files.ts';
import { UserError } from '../../model/user-error.ts';
import { BatchStream } from './batch-stream.ts';
import { isPointerSize, readPointer } from './lfs-pointer.ts';
import { copyLfsObject } from './lfs-object.ts';
import { gitFailed, runGit, spawnGit } from './run-git.ts';
import type { GitPlace } from './run-git.ts';

/** 1980-01-01 UTC, in seconds: the first time that every archive format can hold. */
export const EXPORT_TIME = 315_532_800;

/**
 * Writes raw blobs into a folder that is not there yet or empty: modes 0644 and 0755, links as links, all times
 * EXPORT_TIME; a pointer of Git LFS becomes the content that it names, verified. A link that leads out of the folder is
 * written like any other, and no file is ever written through one.
 *
 * @param entries paths relative to the folder
 * @throws UserError SUBMODULE, LFS_OBJECT, EXPORT_FAILED, GIT_FAILED
 */
export async function exportFiles(
  place: GitPlace,
  entries: readonly TreeEntry[],
  folder: string,
): Promise<void> {
  refuseEntries(entries);
  try {
    await writeEntries(place, entries, folder);
  } catch (error) {
    const cause = DISK_FAULTS[(error as NodeJS.ErrnoException).code ?? ''];
    throw cause === undefined
      ? error
      : new UserError('EXPORT_FAILED', `${folder} could not be written: ${cause}`);
  }
}

const DISK_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space, or set TMPDIR to a folder elsewhere',
  EDQUOT: 'your quota of disk space is used up; free some, or set TMPDIR to a folder elsewhere',
  EROFS: 'the file system is read-only; set TMPDIR to a folder elsewhere',
  EACCES: 'permission denied; set TMPDIR to a folder of your own',
};

async function writeEntries(place: GitPlace, entries: readonly TreeEntry[], folder: string): Promise<void> {
  const folders = await makeFolders(entries, folder);
  const files = entries.filter(({ mode }) => mode !== '120000');
  const links = entries.filter(({ mode }) => mode === '120000');
  // Links come last: until then no path below the folder leads anywhere else.
  await writeBlobs(place, [...files, ...links], async (entry, blobs, size) => {
    const target = join(folder, entry.path);
    if (entry.mode === '120000') {
      await symlink(await blobs.read(size), target);
      await lutimes(target, EXPORT_TIME, EXPORT_TIME);
    } else await writeFile(place, { entry, target, size }, blobs);
  });
  // What is written into a folder changes its time: the deepest first, now that all is there.
  for (const made of folders.reverse()) await utimes(made, EXPORT_TIME, EXPORT_TIME);
}

/** What git would never have in a tree would be written elsewhere than into the folder. */
function refuseEntries(entries: readonly TreeEntry[]): void {
  for (const { mode, path } of entries) {
    if (mode === '160000')
      throw new UserError(
        'SUBMODULE',
        `${path} is a submodule, whose files are not in this repository; copy them in`,
      );
    if (
      mode === '040000' ||
      path.startsWith('/') ||
      path.split('/').some((step) => ['', '.', '..'].includes(step))
    )
      throw new Error(`not a file's path: ${JSON.stringify(path)} (${mode})`);
  }
}

/** @returns the folders, each after the one that it lies in */
async function makeFolders(entries: readonly TreeEntry[], folder: string): Promise<string[]> {
  const relative = new Set<string>(['']);
  for (const { path } of entries)
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      relative.add(path.slice(0, slash));
  const folders = [...relative].sort().map((path) => resolve(folder, path));
  for (const made of folders) {
    await mkdir(made, { recursive: made === folders[0] });
    await chmod(made, 0o755);
  }
  return folders;
}

async function writeBlobs(
  place: GitPlace,
  entries: readonly TreeEntry[],
  write: (entry: TreeEntry, blobs: BatchStream, size: number) => Promise<void>,
): Promise<void> {
  if (entries.length === 0) return;
  const child = spawnGit(place, ['cat-file', '--batch']);
  const ended = new Promise<number | null>((done, failed) => child.on('error', failed).on('close', done));
  // Told of below, or where the reading of its output fails first.
  ended.catch(() => undefined);
  let stderr = '';
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')));
  child.stdin.end(entries.map(({ oid }) => `${oid}\n`).join(''));
  try {
    const blobs = new BatchStream(child.stdout);
    for (const entry of entries) {
      const head = await blobs.head();
      if (head?.type !== 'blob')
        throw gitFailed(`read ${entry.path}`, {
          code: 1,
          stdout: Buffer.alloc(0),
          stderr: stderr || `${entry.oid} is missing`,
        });
      await write(entry, blobs, head.size);
      await blobs.end();
    }
  } catch (error) {
    child.kill();
    throw error;
  }
  await ended;
}

/** Above it, a file goes to the disk piece by piece. */
const MAX_WHOLE_BYTES = 1024 * 1024;

async function writeFile(
  place: GitPlace,
  { entry, target, size }: { entry: TreeEntry; target: string; size: number },
  blobs: BatchStream,
): Promise<void> {
  const mode = entry.mode === '100755' ? 0o755 : 0o644;
  if (size > MAX_WHOLE_BYTES)
    return writePieces(target, mode, async (file) => {
      for await (const piece of blobs.pieces(size)) await file.writeFile(piece);
    });
  const content = await blobs.read(size);
  const pointer = isPointerSize(size) ? readPointer(content) : undefined;
  if (!pointer) return writeWhole(target, mode, content);
  return writePieces(target, mode, (file) =>
    copyLfsObject(lfsFolder(place), pointer, { file, path: entry.path }),
  );
}

/** Five calls of a few microseconds each: as promises they would take ten times as long. */
function writeWhole(target: string, mode: number, content: Uint8Array): void {
  // `x`: a file that is there already, or a link, is not written to.
  const file = openSync(target, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    // Not given to open(): the umask would have its say.
    fchmodSync(file, mode);
    futimesSync(file, EXPORT_TIME, EXPORT_TIME);
  } finally {
    closeSync(file);
  }
}

async function writePieces(
  target: string,
  mode: number,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(target, 'wx', 0o600);
  try {
    await write(file);
    await file.chmod(mode);
    await file.utimes(EXPORT_TIME, EXPORT_TIME);
  } finally {
    await file.close();
  }
}

function lfsFolder(place: GitPlace): string {
  const configured = runGit(place, ['config', '--type=path', 'lfs.storage']).stdout.toString('utf8').trim();
  const common = runGit(place, ['rev-parse', '--git-common-dir']).stdout.toString('utf8').replace(/\n$/, '');
  return resolve(place.folder, common, configured === '' ? 'lfs' : configured, 'objects');
}
