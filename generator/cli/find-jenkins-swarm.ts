import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { Engine, Swarms } from '../ports/engine.ts';

/** @throws UserError NO_JENKINS, NO_HOST; NO_SWARM and SWARM_UNREACHABLE of whoever looks for it */
export async function findJenkinsSwarm(
  { project, stacks }: Project,
  swarms: Pick<Swarms, 'find'> | undefined,
): Promise<Engine> {
  const stack = stacks[JENKINS_STACK];
  if (!stack)
    throw new UserError(
      'NO_JENKINS',
      `project.yaml: expected a stack ${JENKINS_STACK} in the project ${project}, found none: nothing of it carries Jenkins; run millrace apply`,
    );
  const engine = await swarms?.find(stack.on);
  if (engine) return engine;
  throw new UserError(
    'NO_HOST',
    `infrastructure:${stack.on} is not there, so nothing carries Jenkins; on a workstation: millrace bootstrap`,
  );
}
