import type { Engine } from '../../ports/engine.ts';
import type { TaskContext } from '../driver.ts';
import { namespaceOf } from '../stack/stack-names.ts';
import type { StackTools } from '../stack/stack-tools.ts';
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

/**
 * Runs a script on the node that has a home.
 * @param image of the controller that ran there: the node has it, so that nothing has to be fetched on the way
 * @param signal where another than the task's ends it
 */
export function runHomeJob(
  purpose: keyof typeof SCRIPTS,
  { home, snapshot, image }: { home: Home; snapshot: string; image: string },
  { engine, project, stack, tools, task }: SwapWork,
  signal = task.signal,
): Promise<string[]> {
  const job = {
    name: jobName(project, stack, `${WORD}-${purpose}-${snapshot}`),
    ...{ project, stack, image },
    argv: ['sh', '-c', SCRIPTS[purpose], 'sh', home.name, snapshot] as const,
    constraints: home.constraints,
    mounts: [{ source: home.parent, target: '/data' }],
  };
  return runJob(job, { ...tools, engine, signal });
}

/** Takes away what a run that ended left at work. */
export async function endHomeJobs({ engine, project, stack }: SwapWork): Promise<void> {
  for (const { ID, Spec } of await findJobs(engine, { project, stack }))
    if (Spec.Name.startsWith(jobName(project, stack, `${WORD}-`))) await engine.remove(`/services/${ID}`);
}

/** At most 63 characters where what it does has at most 28. */
export function jobName(project: string, stack: string, what: string): string {
  return `millrace-${namespaceOf(project, stack).slice(0, 24)}-${what}`;
}
