import type { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { TaskContext } from '../driver.ts';
import type { SwarmTask } from '../stack/swarm-objects.ts';
import { explainFailure } from '../stack/task-failure.ts';
import { tasksOf } from './scale-service.ts';

/** When a service's new task is believed. */
export interface Gate {
  /** For so long it has to stay up, in milliseconds: what crashes after a while is not well. */
  steady: number;
  /** Within this it has to be up, its health check included. */
  within: number;
}

export interface GateWait extends Gate {
  engine: Pick<Engine, 'get' | 'readLog'>;
  clock: Clock;
  /** Name in the stack file. */
  name: string;
  id: string;
  /** Ids of tasks that were there before: their ends are no news. */
  known: ReadonlySet<string>;
  task: Pick<TaskContext, 'log' | 'signal'>;
}

const POLL = 300;
/** A task that is only moved away from a lost node has another state. */
const ENDED: ReadonlySet<string> = new Set(['failed', 'rejected', 'complete']);

/**
 * Waits until a new task is up and has stayed so. With a health check Swarm calls a task running only when that has
 * succeeded, and ends one that is no longer healthy.
 * @throws UserError SERVICE_FAILED with the first task that ended
 */
export async function gateService(wait: GateWait): Promise<void> {
  const { engine, clock, name, id, known, steady, within, task } = wait;
  const began = clock.now();
  let up: { id: string; since: number } | undefined;
  for (;;) {
    const fresh = (await tasksOf(engine, id)).filter(({ ID }) => !known.has(ID));
    const culprit = fresh.find(({ Status }) => ENDED.has(Status.State));
    if (culprit) throw await explain('its new version does not stay up', culprit, wait);
    const running = fresh.find(isUp);
    if (running?.ID !== up?.id) {
      up = running && { id: running.ID, since: clock.now() };
      if (up) task.log(`${name}: is up; it has to stay so for ${steady / 1_000} s`);
    }
    if (up && clock.now() - up.since >= steady) return;
    if (!up && clock.now() - began > within)
      throw await explain(`its new version is not healthy after ${within / 1_000} s`, fresh[0], wait);
    await clock.sleep(POLL, task.signal);
  }
}

function isUp({ DesiredState, Status }: SwarmTask): boolean {
  return DesiredState === 'running' && Status.State === 'running';
}

function explain(
  text: string,
  culprit: SwarmTask | undefined,
  { name, engine, task }: GateWait,
): Promise<UserError> {
  return explainFailure(name, { text, ...(culprit ? { culprit } : {}) }, { engine, task });
}
