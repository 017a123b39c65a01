import { isOver } from '../drivers/handover/job-end.ts';
import { findHandOvers } from '../drivers/handover/sweep-hand-overs.ts';
import { tasksOf } from '../drivers/home/scale-service.ts';
import type { ComponentId } from '../model/component.ts';
import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import { hostingOf } from '../render/operations.ts';
import type { StackTools } from '../drivers/stack/stack-tools.ts';

/**
 * What carries Jenkins, while a job that was handed it over is there and not over.
 * @returns nothing where its Swarm does not answer: then that is what there is to say
 */
export async function findHanded(
  project: Project,
  swarms: StackTools['swarms'] | undefined,
  now: number,
): Promise<ReadonlySet<ComponentId>> {
  const stack = project.stacks[JENKINS_STACK];
  if (!stack || !swarms) return new Set();
  try {
    const engine = await swarms.find(stack.on);
    const jobs = engine ? await findHandOvers(engine, project.project) : [];
    const tasks = engine ? await Promise.all(jobs.map(({ ID }) => tasksOf(engine, ID))) : [];
    const isPending = tasks.some((ofJob) => !isOver(ofJob, now));
    return new Set(isPending ? (hostingOf(project) as ComponentId[]) : []);
  } catch (error) {
    if (error instanceof UserError) return new Set();
    throw error;
  }
}
