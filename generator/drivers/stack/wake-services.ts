import type { Engine } from '../../ports/engine.ts';
import { isOutOfSequence } from './forget-image.ts';
import { isAlive, isComplete } from './one-shot.ts';
import type { SwarmService, SwarmTask } from './swarm-objects.ts';

const ATTEMPTS = 10;

/**
 * Services whose tasks have ended and that the Swarm starts no more (`restart_policy`): their tasks are started anew.
 * @param kept names in the stack file of those that are not deployed otherwise
 * @returns the names of those that were woken
 */
export async function wakeServices(
  engine: Pick<Engine, 'get' | 'post'>,
  kept: readonly string[],
  live: ReadonlyMap<string, SwarmService>,
): Promise<string[]> {
  const short = kept.filter((name) => {
    const { RunningTasks: running = 0, DesiredTasks: desired = 0 } = live.get(name)?.ServiceStatus ?? {};
    return running < desired;
  });
  if (short.length === 0) return [];
  const ids = short.map((name) => live.get(name)!.ID);
  const filters = encodeURIComponent(JSON.stringify({ service: ids }));
  const tasks = (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
  const idle = short.filter((name) => {
    const service = live.get(name)!;
    const own = tasks.filter(({ ServiceID }) => ServiceID === service.ID);
    return !own.some((task) => isAlive(task) || isComplete(service, task));
  });
  for (const name of idle) await wake(engine, live.get(name)!.ID);
  return idle;
}

/** What `docker service update --force` does. */
async function wake(engine: Pick<Engine, 'get' | 'post'>, id: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { Spec, Version } = (await engine.get(`/services/${id}`)) as SwarmService;
    const template = { ...Spec.TaskTemplate, ForceUpdate: (Spec.TaskTemplate.ForceUpdate ?? 0) + 1 };
    try {
      await engine.post(`/services/${id}/update?version=${Version.Index}`, {
        ...Spec,
        TaskTemplate: template,
      });
      return;
    } catch (error) {
      if (!isOutOfSequence(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
