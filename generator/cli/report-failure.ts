import type { Output } from '../report/output.ts';
import { formatProblem, showControls } from '../model/problem.ts';
import { UserError } from '../model/user-error.ts';

/** A longer list hides its own beginning; `--json` holds all of it. */
const MAX_LISTED = 100;

/**
 * The last words of a failed command, as text on stderr or as the contract's JSON document on stdout.
 * @returns exit code 1 for what the user can mend, 70 for a bug
 */
export function reportFailure(error: unknown, output: Output, debug: boolean): number {
  const expected = error instanceof UserError;
  const message = nameForLab(error instanceof Error ? error.message : String(error));
  const code = expected ? error.code : 'BUG';
  const problems = expected
    ? error.problems.map((one) => ({ ...one, hint: nameForLab(one.hint), message: nameForLab(one.message) }))
    : [];
  if (output.json) output.print(JSON.stringify({ version: 1, error: { code, message, problems } }, null, 2));
  for (const problem of problems.slice(0, MAX_LISTED)) output.warn(formatProblem(problem));
  if (problems.length > MAX_LISTED) output.warn(`… and ${problems.length - MAX_LISTED} more`);
  output.warn(`${output.noteColors.red('error:')} ${showControls(message)}`);
  if (debug && error instanceof Error && error.stack) output.warn(error.stack);
  if (!expected)
    output.warn('This is a bug in millrace. Run the command again with --debug and report what it prints.');
  return expected ? 1 : 70;
}

/** In a lab, the commands that a message names are meant for the lab too, and its pins are not committed. */
function nameForLab(text: string): string {
  if ((process.env['MILLRACE_LAB'] ?? '') === '') return text;
  return text
    .replace(
      /`millrace (lock|plan|apply|why|destroy|unlock|status|bootstrap)\b([^`]*)`( and commit it)?/g,
      '`millrace $1$2 --lab`',
    )
    .replace(/ in project\.lock\.yaml/g, " in the lab's lock");
}
