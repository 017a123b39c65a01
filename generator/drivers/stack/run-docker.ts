import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Command } from '../../ports/processes.ts';
import type { TaskContext } from '../driver.ts';
import { isOutOfSequence } from './forget-image.ts';
import type { StackTools } from './stack-tools.ts';

/** What would lead the client elsewhere than to the engine it is told. */
const ELSEWHERE = { DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };
/** Newer clients say how they wait; who waits here is this program. */
const NOISE = /--detach=false/;

const ATTEMPTS = 5;

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
  const command: Command = {
    file: 'docker',
    // References are digests: there is nothing to be resolved.
    args: ['stack', 'deploy', '-c', '-', '--with-registry-auth', '--resolve-image', 'never', namespace],
    env: { ...login.env, ...ELSEWHERE, DOCKER_HOST: engine.host },
    input: compose,
  };
  try {
    for (let attempt = 1; ; attempt++) {
      const onLine = (line: string): unknown => NOISE.test(line) || log(line);
      const { code, stderr } = await processes.run(command, { onLine, signal });
      signal.throwIfAborted();
      if (code === 0) return;
      const refused = explain(code, stderr);
      if (!isOutOfSequence(refused) || attempt === ATTEMPTS) throw refused;
    }
  } finally {
    login.forget();
  }
}

function explain(code: number | null, stderr: string): UserError {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return new UserError(
    'STACK_REFUSED',
    `docker stack deploy failed: ${shorten(said === '' ? `code ${code}` : said, 500)}; mend it and deploy again`,
  );
}
