import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import { isOutOfSequence } from '../stack/forget-image.ts';
import { isAlive } from '../stack/one-shot.ts';
import type { ServiceSpec, SwarmService, SwarmTask } from '../stack/swarm-objects.ts';

const POLL = 300;
const ATTEMPTS = 20;
/** A controller saves what runs before it goes (stop_grace_period: 120s). */
const STOP_LIMIT = 10 * 60_000;

/** Gives a service another specification, made of what it has; what the Swarm has just written there does not hinder it. */
export async function changeService(
  engine: Pick<Engine, 'get' | 'post'>,
  id: string,
  change: (spec: ServiceSpec) => ServiceSpec,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { Spec, Version } = (await engine.get(`/services/${id}`)) as SwarmService;
    try {
      await engine.post(`/services/${id}/update?version=${Version.Index}`, change(Spec));
      return;
    } catch (error) {
      if (!isOutOfSequence(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Stops all tasks of a service and waits until none is left.
 * @throws UserError SERVICE_STUCK where one does not end, as on a node that is gone
 */
export async function stopService(
  engine: Pick<Engine, 'get' | 'post'>,
  id: string,
  { clock, signal }: { clock: Clock; signal?: AbortSignal },
): Promise<void> {
  await changeService(engine, id, (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 0 } } }));
  const end = clock.now() + STOP_LIMIT;
  while ((await tasksOf(engine, id)).some(isAlive)) {
    if (clock.now() > end)
      throw new UserError(
        'SERVICE_STUCK',
        'the controller does not stop: its task has not ended after 10 minutes; is its node there? (`docker node ls`)',
      );
    await clock.sleep(POLL, signal);
  }
}

/** Those that ended included, as far as the Swarm remembers them. */
export async function tasksOf(engine: Pick<Engine, 'get'>, id: string): Promise<SwarmTask[]> {
  const filters = encodeURIComponent(JSON.stringify({ service: [id] }));
  return (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
}
