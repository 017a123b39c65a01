import type { RepositoryAddress } from '../../ports/registry.ts';
import { loginHint } from './authorisation.ts';
import type { Authorisation } from './authorisation.ts';
import { describeErrors, isRegistryAbsence } from './error-body.ts';
import { registryOrigin } from './registry-host.ts';
import { badAnswer, denied } from './registry-failure.ts';
import type { HttpRequest } from './send-once.ts';
import type { RepeatedAnswer } from './send-with-retries.ts';

export interface ApiRequest extends Omit<HttpRequest, 'url' | 'headers'> {
  address: RepositoryAddress;
  /** Below `/v2/<path>/`, or an address that the registry gave. */
  place: string | URL;
  headers?: Readonly<Record<string, string>>;
  /** What the token must allow, e.g. `pull`. */
  access: 'pull' | 'pull,push' | 'delete';
  /** Statuses that the caller understands; 404 only as the registry's own word. */
  expected: readonly number[];
}

/** One request to the API, with what it needs to be let in. */
export type SendToRegistry = (request: ApiRequest) => Promise<RepeatedAnswer>;

/**
 * @returns a function that gives an answer of an expected status
 * @throws UserError REGISTRY_UNREACHABLE, REGISTRY_DENIED, REGISTRY_ANSWER
 */
export function createRegistryClient(
  send: (request: HttpRequest) => Promise<RepeatedAnswer>,
  authorisation: Authorisation,
): SendToRegistry {
  return async ({ address, place, access, expected, headers = {}, ...rest }) => {
    const { domain, path } = address;
    const origin = registryOrigin(domain);
    const url = typeof place === 'string' ? new URL(`${origin}/v2/${path}/${place}`) : place;
    // Somebody else's address gets what is in it, and no credentials.
    const isOwn = typeof place === 'string' || url.origin === new URL(origin).origin;
    const scope = `repository:${path}:${access}`;
    const request = (authorization: string | undefined): HttpRequest => ({
      ...rest,
      url,
      headers: { ...headers, ...(authorization === undefined ? {} : { Authorization: authorization }) },
    });
    const sent = isOwn ? await authorisation.headerFor(domain, scope) : undefined;
    let answer = await send(request(sent));
    if (answer.status === 401 && isOwn) {
      answer = await send(request(await authorisation.answerChallenge(domain, scope, answer, sent)));
    }
    const isKnown = answer.status !== 404 || rest.method === 'HEAD' || isRegistryAbsence(answer);
    if (expected.includes(answer.status) && isKnown) return answer;
    const said = describeErrors(answer);
    if (answer.status === 401 || answer.status === 403) {
      const found = `access to ${path} was refused (${answer.status}${said}); it needs "${access}", or is not there`;
      throw denied(domain, found, loginHint(domain));
    }
    const found = `answered ${answer.status}${said} to ${rest.method} of ${path}`;
    throw badAnswer(domain, found, answer.status === 404 ? 'is it a registry?' : hintFor(answer.status));
  };
}

function hintFor(status: number): string {
  if (status === 405) return 'does it allow this? (deleting is storage.delete.enabled)';
  if (status === 413) return 'a proxy before it limits the size of requests';
  return 'is it a registry? look at its log';
}
