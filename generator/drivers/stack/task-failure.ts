import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { TaskContext } from '../driver.ts';
import type { ServiceProgress } from './judge-service.ts';
import type { SwarmTask } from './swarm-objects.ts';

const LOG_LINES = 20;

/** A service's failure in one line; what its task said last goes into the log. */
export async function explainFailure(
  name: string,
  { text, culprit }: Pick<ServiceProgress, 'text' | 'culprit'>,
  { engine, task }: { engine: Pick<Engine, 'readLog'>; task: Pick<TaskContext, 'log'> },
): Promise<UserError> {
  const hint = 'mend it and deploy again';
  if (!culprit) return new UserError('SERVICE_FAILED', `the service ${name}: ${text}; ${hint}`);
  const lines = await engine.readLog(`/tasks/${culprit.ID}/logs`, LOG_LINES);
  for (const line of lines) task.log(`${name} | ${line}`);
  const last = lines.at(-1);
  const said = last === undefined ? '' : `, its last words: ${shorten(last.trim(), 200)}`;
  return new UserError(
    'SERVICE_FAILED',
    `the service ${name}: ${text}: a task ended with: ${describeTask(culprit)}${said}; ${hint}`,
  );
}

function describeTask({ Status }: SwarmTask): string {
  const said = (Status.Err ?? Status.Message ?? Status.State).replace(/\s+/g, ' ');
  // `dockerexec: unhealthy container` is the engine's way to say it.
  return shorten(/unhealthy container/.test(said) ? 'its health check failed' : said, 300);
}
