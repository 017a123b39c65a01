import { constants, copyFileSync, statSync, utimesSync } from 'node:fs';

/**
 * Git compares files with the time of the index to know which may have changed in the same instant. A copy is newer:
 * given a time just before the original's, it makes git look into more files, never into fewer.
 * @throws what copying throws, such as ENOENT before the first commit
 */
export function copyIndex(from: string, to: string): void {
  // Where the file system can share the bytes, it does.
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  const seconds = (Math.floor(statSync(from).mtimeMs) - 1) / 1000;
  utimesSync(to, seconds, seconds);
}
