import { findDockerClient } from '../../adapters/docker/docker-client.ts';
import type { UserError } from '../../model/user-error.ts';
import { isOwnStack } from '../own-registry.ts';
import { has, messageOf, missing, ok, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

/** A client that builds with BuildKit, and an engine behind it. */
export const checkDocker: Check = async ({ project, env, run }) => {
  if (!has(project.images) && !has(project.stacks)) return [];
  try {
    const { file, version, buildx } = await findDockerClient({ run }, env);
    const builder = buildx ? 'buildx' : 'the BuildKit that is built in';
    return [ok('docker', `${file} ${version} with ${builder}, and an engine that answers`)];
  } catch (error) {
    const message = messageOf(error);
    // A manager's engine builds, once there is one; a client is needed here all the same.
    const isElsewhere = needsNoEngine({ project }) && (error as UserError).code === 'NO_DOCKER';
    if (isElsewhere && !/no docker client/.test(message))
      return [warning('docker', `${message}; nothing of the project needs it: a manager's engine builds`)];
    return [missing('docker', message)];
  }
};

/** All stacks have machines of their own, and the registry is one of them. */
function needsNoEngine({ project }: Pick<DoctorContext, 'project'>): boolean {
  const local = Object.values(project.stacks).some(({ on }) => on === undefined);
  return !local && (!has(project.images) || isOwnStack(project));
}

/** The engine at hand manages a Swarm, where stacks are to run on it. */
export const checkLocalSwarm: Check = async ({ project, swarms }) => {
  const local = Object.entries(project.stacks).filter(([, { on }]) => on === undefined);
  if (local.length === 0) return [];
  const names = local.map(([name]) => name).join(', ');
  try {
    await (await swarms()).find(undefined);
    return [ok('swarm', `the engine at hand manages the Swarm of ${names}`)];
  } catch (error) {
    return [missing('swarm', `${messageOf(error)} (for ${names}, which name no \`on:\`)`)];
  }
};
