import type { Problem } from '../model/problem.ts';
import { UserError } from '../model/user-error.ts';

export function invalidMirrors(message: string, problems: readonly Problem[] = []): UserError {
  return new UserError('INVALID_MIRRORS', message, problems);
}
