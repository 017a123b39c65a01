import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../model/user-error.ts';
import type { LfsPointer } from './lfs-pointer.ts';

/**
 * Copies the content that a pointer names into a file, and verifies it on the way.
 * @param objects where Git LFS keeps what it has fetched
 * @throws UserError LFS_OBJECT where it is not there, or is not what the pointer says
 */
export async function copyLfsObject(
  objects: string,
  { oid, size }: LfsPointer,
  to: { file: FileHandle; path: string },
): Promise<void> {
  const from = await open(join(objects, oid.slice(0, 2), oid.slice(2, 4), oid)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw lfsError(to.path, 'is not here');
    throw error;
  });
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of from.createReadStream() as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
    await to.file.writeFile(piece);
  }
  if (bytes !== size) throw lfsError(to.path, `has ${bytes} bytes, expected ${size}`);
  if (hash.digest('hex') !== oid) throw lfsError(to.path, 'has another SHA-256 than its pointer says');
}

function lfsError(path: string, what: string): UserError {
  const message = `its content, kept by Git LFS, ${what}`;
  const hint = 'fetch it with `git lfs pull`';
  return new UserError('LFS_OBJECT', `${path}: ${message}; ${hint}`, [
    { file: path, line: 1, column: 1, path: '', message, hint },
  ]);
}
