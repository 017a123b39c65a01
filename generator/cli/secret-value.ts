import { UserError } from '../model/user-error.ts';
import type { KnownSecret } from './known-secrets.ts';

/** What a Swarm takes as a secret, in bytes (moby/swarmkit, manager/controlapi/secret.go). */
export const MAX_SECRET = 500 * 1024 - 1;

/**
 * The value of a secret as people give it, of a single line without its end.
 * @param where it was read, for messages
 * @throws UserError NO_INPUT, BAD_VALUE
 */
export function readValue(known: Pick<KnownSecret, 'name' | 'kind'>, given: Buffer, where: string): Buffer {
  const value = withoutLineEnd(given);
  if (value.length === 0) throw new UserError('NO_INPUT', `expected a value ${where}, found nothing`);
  if (value.length > MAX_SECRET)
    throw new UserError(
      'BAD_VALUE',
      `expected at most ${MAX_SECRET} bytes ${where}, found more; a Swarm keeps no larger secret`,
    );
  refuseShape(known, value);
  return value;
}

/** What Jenkins could not take apart would fail in a build, long after. */
function refuseShape({ name, kind }: Pick<KnownSecret, 'name' | 'kind'>, value: Buffer): void {
  const text = value.toString('utf8');
  const expected =
    kind === 'login' && !/^[^:\n]+:./.test(text)
      ? 'user:password, the user up to the first colon'
      : kind === 'key' && !text.startsWith('-----BEGIN ')
        ? 'a private key, which begins with -----BEGIN'
        : undefined;
  if (expected !== undefined)
    throw new UserError(
      'BAD_VALUE',
      `${name}: expected ${expected}; nothing was changed; give it in that form`,
    );
}

/** An editor ends a line; a password has no such end. A key of many lines needs it. */
function withoutLineEnd(value: Buffer): Buffer {
  const text = value.toString('latin1');
  const line = /^[^\n]*?(?=\r?\n$)/.exec(text);
  return line ? value.subarray(0, line[0].length) : value;
}
