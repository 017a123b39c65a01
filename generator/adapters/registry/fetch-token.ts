import * as z from 'zod';
import { basicHeader } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import type { Challenge } from './challenge.ts';
import { isLoopback } from './registry-host.ts';
import { badAnswer, denied } from './registry-failure.ts';
import type { HttpAnswer, HttpRequest } from './send-once.ts';

export interface Token {
  text: string;
  /** Seconds that it is good for. */
  seconds: number;
}

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

const Answer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});

const MAX_TOKEN_BYTES = 256 * 1024;
/** What the specification says where the answer does not. */
const DEFAULT_SECONDS = 60;

/**
 * Asks a registry's token service (distribution, docs/spec/auth/token.md and oauth.md).
 * @param domain the registry's, for messages
 * @throws UserError REGISTRY_DENIED, REGISTRY_ANSWER, and what `send` throws
 */
export async function fetchToken(
  domain: string,
  challenge: Bearer,
  scope: string,
  credentials: Credentials | undefined,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<Token> {
  const realm = findRealm(domain, challenge.realm);
  const answer = await send(tokenRequest(realm, challenge.service, scope, credentials));
  if ([400, 401, 403].includes(answer.status)) {
    const who = credentials ? 'the credentials are not accepted' : 'no access without credentials';
    throw denied(
      domain,
      `${who} (${realm.host} answered ${answer.status})`,
      `run \`docker login ${domain}\``,
    );
  }
  const parsed = answer.status === 200 ? Answer.safeParse(parseJson(answer.body)) : undefined;
  const text = parsed?.data?.token ?? parsed?.data?.access_token ?? '';
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw badAnswer(
      domain,
      `its token service ${realm.host} gave no token (${answer.status})`,
      'try again later',
    );
  }
  return { text, seconds: parsed?.data?.expires_in ?? DEFAULT_SECONDS };
}

/** Passwords go there: over TLS, or without leaving the machine. */
function findRealm(domain: string, realm: string): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (
    url &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.host) && isLoopback(domain)))
  )
    return url;
  const found = url ? `its token service is ${url.protocol}//${url.host}` : 'it names no token service';
  throw badAnswer(domain, found, 'expected an https address');
}

function tokenRequest(
  realm: URL,
  service: string | undefined,
  scope: string,
  credentials: Credentials | undefined,
): HttpRequest {
  const parameters = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope });
  if (credentials?.kind === 'identity') {
    parameters.set('grant_type', 'refresh_token');
    parameters.set('refresh_token', credentials.token);
    parameters.set('client_id', 'millrace');
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: parameters.toString(), maxBytes: MAX_TOKEN_BYTES };
  }
  const url = new URL(realm);
  for (const [name, value] of parameters) url.searchParams.set(name, value);
  const headers = credentials
    ? { Authorization: basicHeader(credentials.username, credentials.password) }
    : undefined;
  return { method: 'GET', url, headers: headers ?? {}, maxBytes: MAX_TOKEN_BYTES };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
