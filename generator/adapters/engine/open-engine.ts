import type { Engine, EngineAnswer } from '../../ports/engine.ts';
import { createEngineCaller } from './call-engine.ts';
import { readBody } from './read-body.ts';
import { splitLog } from './split-log.ts';

/** A log of a service asks the nodes of its tasks, and a dead one never answers. */
const LOG_SILENCE = 4_000;

/**
 * One engine's API over its socket.
 * @param host a value of DOCKER_HOST: `unix:///path`, `tcp://host:port` (without TLS)
 * @param env for what the docker client is told about TLS
 * @throws UserError ENGINE_HOST, ENGINE_TLS
 */
export function openEngine(host: string, env: Readonly<Record<string, string | undefined>> = {}): Engine {
  const call = createEngineCaller(host, env);
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
