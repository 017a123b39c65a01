import type { Component } from '../model/component.ts';
import { LOCK_FILE } from '../model/lock-file.ts';
import type { Lock } from '../model/lock.ts';
import type { Problem } from '../model/problem.ts';
import { UserError } from '../model/user-error.ts';

/** What an image of somebody else stands for: the digest written in the reference itself, else the lock's. */
export function pinOf(external: string, lock: Lock): string | undefined {
  const at = external.lastIndexOf('@');
  if (at >= 0) return external.slice(at + 1);
  return Object.hasOwn(lock.images, external) ? lock.images[external] : undefined;
}

/**
 * @param external as a message names it
 * @param place where the external is written; the lock, where that is not known
 */
export function missingPin(
  component: Component,
  external: string,
  place: Pick<Problem, 'file' | 'line' | 'column'> = { file: LOCK_FILE, line: 1, column: 1 },
): UserError {
  return new UserError('UNPINNED', `${external} has no pin`, [
    {
      ...place,
      path: component.id,
      message: `${external} has no pin in ${LOCK_FILE}`,
      hint: '`millrace lock` writes it',
    },
  ]);
}
