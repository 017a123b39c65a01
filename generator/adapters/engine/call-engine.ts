import { UserError } from '../../model/user-error.ts';
import { parseEngineHost } from './engine-address.ts';
import { createSender } from './send-to-engine.ts';
import type { EngineCall, RawAnswer } from './send-to-engine.ts';

/** Of engine 20.10; a newer engine that no longer speaks it names its oldest, which is taken then. */
const VERSION = '1.41';
const TOO_OLD = /minimum supported API version is ([0-9.]+)/i;
const SILENCE = 60_000;

/** @param silence how long nothing may come, in milliseconds; a minute by default */
export type CallEngine = (wanted: Omit<EngineCall, 'silence'>, silence?: number) => Promise<RawAnswer>;

/**
 * Calls of one engine's API, in a version that it speaks, answered as they come.
 * @param host a value of DOCKER_HOST: `unix:///path`, `tcp://host:port` (without TLS)
 * @param env for what the docker client is told about TLS
 * @throws UserError ENGINE_HOST, ENGINE_TLS; each call ENGINE_UNREACHABLE
 */
export function createEngineCaller(
  host: string,
  env: Readonly<Record<string, string | undefined>> = {},
): CallEngine {
  const send = createSender(parseEngineHost(host, env));
  let version = VERSION;
  return async (wanted, silence = SILENCE) => {
    const sendAs = (spoken: string): Promise<RawAnswer> =>
      send({ ...wanted, path: `/v${spoken}${wanted.path}`, silence }).catch((error: unknown) => {
        throw unreachable(host, error);
      });
    const spoken = version;
    const answer = await sendAs(spoken);
    const oldest = answer.status === 400 ? TOO_OLD.exec(answer.body.toString('utf8'))?.[1] : undefined;
    if (oldest === undefined || oldest === spoken) return answer;
    version = oldest;
    return sendAs(oldest);
  };
}

function unreachable(host: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint = code === 'EACCES' ? 'may this user use it? (group docker)' : 'is it started?';
  return new UserError(
    'ENGINE_UNREACHABLE',
    `no Docker engine answers at ${host} (${code ?? message}); ${hint}`,
  );
}
