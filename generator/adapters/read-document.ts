import { readFileSync } from 'node:fs';
import { UserError } from '../model/user-error.ts';
import { judgeNetworkFailure } from './registry/network-failure.ts';

/** An update center's document has some megabytes. */
const MILLISECONDS = 60_000;

/**
 * Text of a file, or of what an http(s) address answers with.
 * @throws UserError NO_DOCUMENT
 */
export async function readDocument(place: string): Promise<string> {
  const refuse = (found: string): UserError => new UserError('NO_DOCUMENT', `${place}: ${found}`);
  if (!/^https?:\/\//.test(place)) {
    try {
      return readFileSync(place, 'utf8');
    } catch (error) {
      throw refuse(`expected a file, or an address that begins with https://; ${(error as Error).message}`);
    }
  }
  try {
    const answer = await fetch(place, { signal: AbortSignal.timeout(MILLISECONDS) });
    if (answer.ok) return await answer.text();
    throw refuse(`expected a document, the server answered ${answer.status}`);
  } catch (error) {
    const failure = judgeNetworkFailure(error, MILLISECONDS);
    throw failure ? refuse(`${failure.found}; ${failure.todo}`) : error;
  }
}
