import type { Problem } from './problem.ts';

/**
 * Something that the user can mend: ends in exit code 1 without a stack trace. Whatever else is thrown is a
 * bug of ours (exit code 70).
 */
export class UserError extends Error {
  readonly code: string;
  readonly problems: readonly Problem[];

  /**
   * @param code stable, upper case with underscores, for programs that read `--json`
   * @param message one line: what was expected, what was found, what to do
   */
  constructor(code: string, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.problems = problems;
  }
}
