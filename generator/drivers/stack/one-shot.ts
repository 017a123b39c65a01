import type { SwarmService, SwarmTask } from './swarm-objects.ts';

/** Whether a service's tasks may end and not be started again, such as one that migrates a database. */
export function isOneShot({ Spec }: Pick<SwarmService, 'Spec'>): boolean {
  const condition = Spec.TaskTemplate.RestartPolicy?.Condition ?? 'any';
  return condition !== 'any';
}

/** In these a task is on its way, or runs. */
const ALIVE: ReadonlySet<string> = new Set([
  ...['new', 'allocated', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'],
]);

export function isAlive({ Status }: SwarmTask): boolean {
  return ALIVE.has(Status.State);
}

/** Whether a task has done what it was for. */
export function isComplete(service: Pick<SwarmService, 'Spec'>, { Status }: SwarmTask): boolean {
  return isOneShot(service) && Status.State === 'complete';
}
