import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine, EngineAnswer } from '../../ports/engine.ts';
import { parseEngineHost } from './engine-address.ts';
import { createSender } from './send-to-engine.ts';
import type { EngineCall, RawAnswer } from './send-to-engine.ts';
import { splitLog } from './split-log.ts';

/** Of engine 20.10; a newer engine that no longer speaks it names its oldest, which is taken then. */
const VERSION = '1.41';
const TOO_OLD = /minimum supported API version is ([0-9.]+)/i;
const SILENCE = 60_000;
/** A log of a service asks the nodes of its tasks, and a dead one never answers. */
const LOG_SILENCE = 4_000;

/**
 * One engine's API over its socket.
 * @param host a value of DOCKER_HOST: `unix:///path`, `tcp://host:port` (without TLS)
 * @param env for what the docker client is told about TLS
 * @throws UserError ENGINE_HOST, ENGINE_TLS
 */
export function openEngine(host: string, env: Readonly<Record<string, string | undefined>> = {}): Engine {
  const send = createSender(parseEngineHost(host, env));
  let version = VERSION;
  const call = async (wanted: Omit<EngineCall, 'silence'>, silence = SILENCE): Promise<RawAnswer> => {
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
  return {
    host,
    get: async (path) => {
      const answer = await call({ method: 'GET', path });
      return answer.status === 404 ? undefined : readBody(path, answer);
    },
    post: async (path, body, expected = []): Promise<EngineAnswer> => {
      const answer = await call({ method: 'POST', path, ...(body === undefined ? {} : { body }) });
      return { status: answer.status, body: readBody(path, answer, expected) };
    },
    remove: async (path) => {
      const answer = await call({ method: 'DELETE', path });
      if (answer.status === 404) return false;
      readBody(path, answer);
      return true;
    },
    readLog: async (path, lines) => {
      const query = `${path.includes('?') ? '&' : '?'}stdout=true&stderr=true&tail=${lines}`;
      const answer = await call({ method: 'GET', path: `${path}${query}` }, LOG_SILENCE).catch(
        () => undefined,
      );
      // It only accompanies a message: what cannot be read is left out.
      return answer?.status === 200 ? splitLog(answer.body).slice(-lines) : [];
    },
  };
}

function readBody(
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

function unreachable(host: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint = code === 'EACCES' ? 'may this user use it? (group docker)' : 'is it started?';
  return new UserError(
    'ENGINE_UNREACHABLE',
    `no Docker engine answers at ${host} (${code ?? message}); ${hint}`,
  );
}
