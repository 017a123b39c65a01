import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { RawAnswer } from './send-to-engine.ts';

/**
 * What an engine answered: JSON, or text where it is none; undefined where it has no body.
 * @param expected statuses of 400 and above that are answers
 * @throws UserError ENGINE_REFUSED with the engine's own words, ENGINE_UNREACHABLE where it broke off
 */
export function readBody(
  path: string,
  { status, body, whole }: RawAnswer,
  expected: readonly number[] = [],
): unknown {
  const text = body.toString('utf8');
  if (status >= 400 && !expected.includes(status)) throw refused(path, status, text);
  if (!whole)
    throw new UserError('ENGINE_UNREACHABLE', `the engine broke off its answer to ${path}; try again`);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // `/_ping` and its like answer in plain text.
    return text;
  }
}

function refused(path: string, status: number, text: string): UserError {
  let said = text;
  try {
    said = (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    // Not the engine itself, but something in front of it.
  }
  const line = shorten(said.replace(/\s+/g, ' ').trim(), 500);
  return new UserError('ENGINE_REFUSED', `the engine refused ${path.split('?', 1)[0]} (${status}): ${line}`);
}
