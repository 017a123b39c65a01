import type { Engine } from '../../ports/engine.ts';
import type { TaskContext } from '../driver.ts';
import { isAlive } from '../stack/one-shot.ts';
import { namespaceOf } from '../stack/stack-names.ts';
import type { StackTools } from '../stack/stack-tools.ts';
import type { SwarmTask } from '../stack/swarm-objects.ts';
import { SCRIPTS } from './home-scripts.ts';
import type { Home } from './find-home.ts';
import { findJobs, runJob } from './run-job.ts';

/** What works on a JENKINS_HOME beside its controller. */
export interface SwapWork {
  engine: Engine;
  project: string;
  stack: string;
  tools: Pick<StackTools, 'clock' | 'processes' | 'logIn' | 'jenkinses'>;
  task: Pick<TaskContext, 'phase' | 'log' | 'signal'>;
}

/** Of the jobs that work on a home; those of others are left alone. */
const WORD = 'home';
const POLL = 300;
/** A node that is gone ends nothing; it writes nothing either. */
const GOING = 60_000;

/**
 * Runs a script on the node that has a home.
 * @param image of the controller that ran there: the node has it, so that nothing has to be fetched on the way
 * @param signal where another than the task's ends it
 */
export function runHomeJob(
  purpose: keyof typeof SCRIPTS,
  {
    home,
    snapshot,
    image,
    more = [],
  }: { home: Home; snapshot: string; image: string; more?: readonly string[] },
  { engine, project, stack, tools, task }: SwapWork,
  signal = task.signal,
): Promise<string[]> {
  const job = {
    name: jobName(project, stack, `${WORD}-${purpose}-${snapshot}`),
    ...{ project, stack, image, says: purpose === 'pack' },
    argv: ['sh', '-c', SCRIPTS[purpose], 'sh', home.name, snapshot, ...more] as const,
    constraints: home.constraints,
    mounts: [{ source: home.parent, target: '/data' }],
  };
  return runJob(job, { ...tools, engine, signal });
}

/** Takes away what a run that ended left at work, and waits until nothing of it writes any more. */
export async function endHomeJobs({ engine, project, stack, tools: { clock } }: SwapWork): Promise<void> {
  const prefix = jobName(project, stack, `${WORD}-`);
  const jobs = (await findJobs(engine, { project, stack })).filter(({ Spec }) =>
    Spec.Name.startsWith(prefix),
  );
  for (const { ID } of jobs) await engine.remove(`/services/${ID}`);
  const end = clock.now() + GOING;
  // Not by a filter: the Swarm finds no service any more that it could filter by.
  const isGoing = async (): Promise<boolean> =>
    ((await engine.get('/tasks')) as SwarmTask[]).some(
      (task) => jobs.some(({ ID }) => ID === task.ServiceID) && isAlive(task),
    );
  while (jobs.length > 0 && clock.now() < end && (await isGoing())) await clock.sleep(POLL);
}

/** At most 63 characters where what it does has at most 28. */
export function jobName(project: string, stack: string, what: string): string {
  return `millrace-${namespaceOf(project, stack).slice(0, 24)}-${what}`;
}
