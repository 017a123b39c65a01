import type { HealthCheck, Stack } from '../../model/project/components.ts';
import { UserError } from '../../model/user-error.ts';
import type { TaskContext } from '../driver.ts';
import type { StackTools } from './stack-tools.ts';

const POLL = 1_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Waits until all that the stack's `health` names answers, all at the same time.
 * @throws UserError NOT_HEALTHY with what was found last
 */
export async function awaitHealth(
  health: Stack['health'],
  tools: Pick<StackTools, 'clock' | 'probe'>,
  task: Pick<TaskContext, 'phase' | 'log' | 'signal'>,
): Promise<void> {
  const checks = (Array.isArray(health) ? health : health === undefined ? [] : [health]).map(complete);
  if (checks.length === 0) return;
  task.phase('waiting until it answers');
  const ends = await Promise.allSettled(checks.map((check) => awaitAnswer(check, tools, task)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}

async function awaitAnswer(
  { url, status, within }: HealthCheck,
  { clock, probe }: Pick<StackTools, 'clock' | 'probe'>,
  { log, signal }: Pick<TaskContext, 'log' | 'signal'>,
): Promise<void> {
  const end = clock.now() + milliseconds(within);
  for (;;) {
    const found = await probe(url, signal);
    if (found === status) return log(`${url} answers ${status}`);
    if (clock.now() + POLL > end) {
      throw new UserError(
        'NOT_HEALTHY',
        `${url} was to answer ${status} within ${within}, found ${typeof found === 'number' ? `status ${found}` : found}; look at the service's log, or correct \`health\``,
      );
    }
    await clock.sleep(POLL, signal);
  }
}

function complete(check: string | HealthCheck): HealthCheck {
  return typeof check === 'string' ? { url: check, status: 200, within: '5m' } : check;
}

/** Of a Duration such as `30s`. */
function milliseconds(duration: string): number {
  return Number(duration.slice(0, -1)) * UNITS[duration.slice(-1)]!;
}
