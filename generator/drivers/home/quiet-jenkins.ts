import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JenkinsServer, Jenkinses } from '../../ports/jenkins.ts';
import type { TaskContext } from '../driver.ts';

const POLL = 2_000;

interface Busy {
  busyExecutors?: number;
}

export interface QuietTools {
  jenkinses?: Pick<Jenkinses, 'find'>;
  clock: Clock;
  /** How long builds are waited for, in milliseconds. */
  limit: number;
  task: Pick<TaskContext, 'phase' | 'log' | 'signal'>;
}

/**
 * Lets Jenkins begin nothing more, and waits for what runs. A quiet Jenkins halts pipelines at their next step, and one that
 * holds an agent then keeps it: so the wait has a limit, after which it goes on. A halted pipeline resumes in the next
 * controller, and a running `sh` lives in its agent. A Jenkins that does not answer is no hindrance: it may be what is mended.
 * @returns takes it back; false where that is not known to have come about
 */
export async function quietJenkins({
  jenkinses,
  clock,
  limit,
  task,
}: QuietTools): Promise<() => Promise<boolean>> {
  let server: JenkinsServer | undefined;
  const takeBack = async (): Promise<boolean> => server === undefined || resume(server);
  try {
    server = await jenkinses?.find();
    if (!server) return takeBack;
    task.phase('waiting until Jenkins is quiet');
    await server.post('/quietDown');
    await awaitIdle(server, { clock, limit, task });
  } catch (error) {
    if (error instanceof UserError) task.log(`Jenkins could not be made quiet: ${error.message}`);
    else {
      await takeBack();
      throw error;
    }
  }
  return takeBack;
}

async function awaitIdle(
  server: JenkinsServer,
  { clock, limit, task }: Pick<QuietTools, 'clock' | 'limit' | 'task'>,
): Promise<void> {
  const end = clock.now() + limit;
  for (;;) {
    const { busyExecutors: busy = 0 } =
      ((await server.get('/computer/api/json?tree=busyExecutors')) as Busy | undefined) ?? {};
    if (busy === 0) return;
    if (clock.now() >= end) {
      const seconds = Math.round(limit / 1_000);
      return task.log(
        `${busy} ${busy === 1 ? 'executor is' : 'executors are'} still busy after ${seconds} s; their pipelines go on when Jenkins is back`,
      );
    }
    await clock.sleep(POLL, task.signal);
  }
}

/** For a run that was killed meanwhile. @returns false where that is not known to have come about */
export async function resumeJenkins(jenkinses: QuietTools['jenkinses']): Promise<boolean> {
  try {
    const server = await jenkinses?.find();
    return server === undefined || (await resume(server));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return false;
  }
}

/** It goes by itself with the controller that was told. */
async function resume(server: JenkinsServer): Promise<boolean> {
  try {
    await server.post('/cancelQuietDown');
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return false;
  }
}
