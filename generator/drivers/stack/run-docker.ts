import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { TaskContext } from '../driver.ts';
import type { StackTools } from './stack-tools.ts';

/** What would lead the client elsewhere than to the engine it is told. */
const ELSEWHERE = { DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };
/** Newer clients say how they wait; who waits here is this program. */
const NOISE = /--detach=false/;

/**
 * `docker stack deploy` of a compose file, which goes to the client's standard input.
 * @throws UserError STACK_REFUSED with the client's last words
 */
export async function runStackDeploy(
  compose: string,
  namespace: string,
  engine: Pick<Engine, 'host'>,
  { processes, logIn }: Pick<StackTools, 'processes' | 'logIn'>,
  { log, signal }: Pick<TaskContext, 'log' | 'signal'>,
): Promise<void> {
  const login = logIn();
  try {
    const { code, stderr } = await processes.run(
      {
        file: 'docker',
        // References are digests: there is nothing to be resolved.
        args: ['stack', 'deploy', '-c', '-', '--with-registry-auth', '--resolve-image', 'never', namespace],
        env: { ...login.env, ...ELSEWHERE, DOCKER_HOST: engine.host },
        input: compose,
      },
      { onLine: (line) => NOISE.test(line) || log(line), signal },
    );
    signal.throwIfAborted();
    if (code === 0) return;
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(
      'STACK_REFUSED',
      `docker stack deploy failed: ${shorten(said === '' ? `code ${code}` : said, 500)}; mend it and deploy again`,
    );
  } finally {
    login.forget();
  }
}
