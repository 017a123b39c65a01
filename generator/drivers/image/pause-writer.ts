import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import { lookAtSwarm, servicesOf } from '../stack/look-at-swarm.ts';
import { isAlive } from '../stack/one-shot.ts';
import { PAUSED } from '../stack/stack-names.ts';
import type { SwarmService, SwarmTask } from '../stack/swarm-objects.ts';
import { REGISTRY_STACK } from './own-registry.ts';

/** The service of the shipped stack that alone writes to the storage. */
export const WRITER = 'writer';

const POLL = 500;
const MAX_WAIT = 5 * 60_000;

export interface SwarmWork {
  engine: Engine;
  project: Pick<Project, 'project'>;
  clock: Clock;
}

/** @returns undefined where the registry's stack has no such service, or is not there */
export async function findWriter({ engine, project }: SwarmWork): Promise<SwarmService | undefined> {
  const look = await lookAtSwarm(engine, project.project);
  return servicesOf(look, project.project, REGISTRY_STACK).get(WRITER);
}

/** Stops its tasks and waits until the last one has ended; what one is just taking in ends with an error there. */
export async function pauseWriter(work: SwarmWork, writer: SwarmService): Promise<void> {
  const replicas = replicasOf(writer);
  if (replicas > 0) {
    await update(work, writer.ID, ({ Labels, ...spec }) => ({
      ...spec,
      Labels: { ...Labels, [PAUSED]: String(replicas) },
      Mode: { Replicated: { Replicas: 0 } },
    }));
  }
  await awaitTasks(work, writer, (alive) => alive === 0, 'does not stop');
}

/** Starts what was paused, by this run or one that was killed, exactly as it was. Fine where nothing is paused. */
export async function resumeWriter(work: SwarmWork): Promise<void> {
  const writer = await findWriter(work);
  const replicas = Number(writer?.Spec.Labels?.[PAUSED] ?? 0);
  if (!writer || !(replicas > 0)) return;
  await update(work, writer.ID, ({ Labels, ...spec }) => {
    const { [PAUSED]: _paused, ...labels } = Labels ?? {};
    return { ...spec, Labels: labels, Mode: { Replicated: { Replicas: replicas } } };
  });
  await awaitTasks(work, writer, (_alive, running) => running >= replicas, 'does not start again');
}

type Spec = SwarmService['Spec'];

async function update({ engine }: SwarmWork, id: string, change: (spec: Spec) => Spec): Promise<void> {
  const { Spec, Version } = (await engine.get(`/services/${id}`)) as SwarmService;
  await engine.post(`/services/${id}/update?version=${Version.Index}`, change(Spec));
}

async function awaitTasks(
  { engine, clock }: SwarmWork,
  { ID, Spec }: SwarmService,
  isDone: (alive: number, running: number) => boolean,
  failure: string,
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ service: [ID] }));
  for (const end = clock.now() + MAX_WAIT; ; await clock.sleep(POLL)) {
    const tasks = (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
    const running = tasks.filter(
      (task) => task.Status.State === 'running' && task.DesiredState === 'running',
    );
    if (isDone(tasks.filter(isAlive).length, running.length)) return;
    if (clock.now() >= end)
      throw new UserError(
        'SERVICE_STUCK',
        `${Spec.Name} ${failure} within ${MAX_WAIT / 60_000} minutes; see docker service ps ${Spec.Name}; \`millrace apply --only stack:${REGISTRY_STACK}\` puts it right`,
      );
  }
}

function replicasOf({ Spec }: SwarmService): number {
  return Spec.Mode?.Replicated?.Replicas ?? 0;
}
