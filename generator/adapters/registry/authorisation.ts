import type { Clock } from '../../ports/clock.ts';
import { readChallenge } from './challenge.ts';
import type { Challenge } from './challenge.ts';
import { basicHeader } from './credentials.ts';
import type { FindCredentials } from './credentials.ts';
import { denied } from './registry-failure.ts';
import type { HttpAnswer, HttpRequest } from './send-once.ts';

export interface Authorisation {
  /** The header for a request, as far as the registry has said what it wants; undefined: ask without. */
  headerFor: (domain: string, scope: string) => Promise<string | undefined>;
  /**
   * After a 401: what to send instead.
   * @param sent the header that was not enough
   * @throws UserError REGISTRY_DENIED where there is nothing else to send
   */
  answerChallenge: (
    domain: string,
    scope: string,
    answer: HttpAnswer,
    sent: string | undefined,
  ) => Promise<string>;
}

interface HeldToken {
  header: string;
  /** Milliseconds since 1970. */
  until: number;
}

/** A token that is about to end may have ended when it arrives. */
const MARGIN_SECONDS = 10;

/** Remembers what each registry asks for, and its tokens for as long as they are good. */
export function createAuthorisation(
  findCredentials: FindCredentials,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
  clock: Clock,
): Authorisation {
  const challenges = new Map<string, Challenge>();
  const tokens = new Map<string, Promise<HeldToken>>();

  /** Look-ups that run at the same time share one token. */
  const bearer = async (
    domain: string,
    challenge: Extract<Challenge, { scheme: 'bearer' }>,
    scope: string,
    refused?: string,
  ): Promise<string> => {
    const key = JSON.stringify([domain, challenge.realm, challenge.service, scope]);
    const current = tokens.get(key);
    if (current) {
      const held = await current;
      if (held.until > clock.now() && held.header !== refused) return held.header;
      // Somebody else has asked for a new one meanwhile.
      const newer = tokens.get(key);
      if (newer && newer !== current) return (await newer).header;
    }
    const pending = fetchHeld(domain, challenge, scope);
    tokens.set(key, pending);
    pending.catch(() => tokens.delete(key));
    return (await pending).header;
  };
  const fetchHeld = async (
    domain: string,
    challenge: Extract<Challenge, { scheme: 'bearer' }>,
    scope: string,
  ): Promise<HeldToken> => {
    const { fetchToken } = await import('./fetch-token.ts');
    const asked = clock.now();
    const token = await fetchToken(domain, challenge, scope, await findCredentials(domain), send);
    const seconds = Math.max(0, token.seconds - MARGIN_SECONDS);
    return { header: `Bearer ${token.text}`, until: asked + seconds * 1_000 };
  };
  const basic = async (domain: string): Promise<string> => {
    const credentials = await findCredentials(domain);
    if (credentials?.kind === 'password') return basicHeader(credentials.username, credentials.password);
    throw denied(domain, 'wants a user name and a password', `run \`docker login ${domain}\``);
  };

  return {
    headerFor: async (domain, scope) => {
      const challenge = challenges.get(domain);
      if (!challenge) return undefined;
      return challenge.scheme === 'basic' ? basic(domain) : bearer(domain, challenge, scope);
    },
    answerChallenge: async (domain, scope, answer, sent) => {
      const challenge = readChallenge(answer.headers.get('www-authenticate'));
      if ('unknown' in challenge) {
        const wants = challenge.unknown.join(', ') || 'credentials, without saying which';
        throw denied(domain, `wants ${wants} (401)`, 'expected Basic or Bearer');
      }
      challenges.set(domain, challenge);
      const header =
        challenge.scheme === 'basic'
          ? await basic(domain)
          : await bearer(domain, challenge, challenge.scope ?? scope, sent);
      if (header === sent) throw denied(domain, 'the credentials are not accepted (401)', loginHint(domain));
      return header;
    },
  };
}

/** What to do about credentials that are missing or refused. */
export function loginHint(domain: string): string {
  return `run \`docker login ${domain}\`, or look at what it may do`;
}
