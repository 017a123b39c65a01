import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { SECRET } from '../../model/secret-version.ts';
import type { RemovalContext } from '../driver.ts';
import { findSwarms } from './find-swarms.ts';
import { removeUnused } from './remove-unused.ts';
import { COMPONENT, NAMESPACE, PROJECT, RECORD, namespaceOf, ownLabels } from './stack-names.ts';
import type { StackTools } from './stack-tools.ts';
import { labelQuery } from './swarm-objects.ts';
import type { Labels, SwarmFile, SwarmNetwork, SwarmService, SwarmTask } from './swarm-objects.ts';

const POLL = 300;
/** A task that ignores SIGTERM has ten seconds, or what its service says (stop_grace_period). */
const MAX_WAIT = 5 * 60_000;

type Removal = Pick<RemovalContext, 'keep' | 'phase' | 'log' | 'signal'>;

/** Takes a stack away from every Swarm that the project may have it on. */
export async function removeStack(
  name: string,
  project: Project,
  task: Removal,
  tools: Pick<StackTools, 'swarms' | 'clock'>,
): Promise<void> {
  for (const { engine } of await findSwarms(project, tools)) {
    if (engine) await removeFrom(engine, project.project, name, task, tools);
  }
}

/** Services, then what only they used, the record last: a removal that ends in between is found and finished by it. */
export async function removeFrom(
  engine: Engine,
  project: string,
  name: string,
  task: Removal,
  { clock }: Pick<StackTools, 'clock'>,
): Promise<void> {
  const labels = ownLabels(project, name);
  const isOwn = (one: Labels | null | undefined): boolean => belongs(one, labels, namespaceOf(project, name));
  const list = async <Found>(path: string): Promise<Found[]> => (await engine.get(path)) as Found[];
  const services = (await list<SwarmService>('/services')).filter(({ Spec }) => isOwn(Spec.Labels));
  if (services.length > 0) task.phase(`removing ${services.length} services`);
  for (const { ID, Spec } of services) {
    await engine.remove(`/services/${ID}`);
    task.log(`removed ${Spec.Name}`);
  }
  const again = <Result>(work: () => Promise<Result | undefined>): Promise<Result> =>
    repeat(work, { clock, signal: task.signal });
  await again(async () => {
    const left = await list<SwarmTask>(`/tasks?${labelQuery(`${NAMESPACE}=${namespaceOf(project, name)}`)}`);
    // Tasks of a service that is there are another project's: stacks of one name are refused, but may be made by hand.
    const going = left.filter(({ ServiceID }) => services.some(({ ID }) => ID === ServiceID));
    const running = going.filter(({ Status }) => !ENDED.has(Status.State));
    if (running.length === 0) return true;
    // Of a machine that is gone nobody will hear any more that its tasks have ended.
    const nodes = await list<{ ID: string; Status: { State: string } }>('/nodes');
    const isGone = (id: string | undefined): boolean =>
      nodes.some(({ ID, Status }) => ID === id && Status.State === 'down');
    return running.every(({ NodeID }) => isGone(NodeID)) || undefined;
  });
  for (const { Id, Labels: found } of await list<SwarmNetwork>('/networks')) {
    if (isOwn(found)) await again(() => removeFree(engine, `/networks/${Id}`));
  }
  const configs = (await list<SwarmFile>('/configs')).filter(({ Spec }) => isOwn(Spec.Labels));
  for (const { ID, Spec } of configs) if (!Spec.Labels?.[RECORD]) await engine.remove(`/configs/${ID}`);
  // A secret that several stacks use bears no stack's name: it goes with the last of them.
  const isLast = !(await list<SwarmService>('/services')).some(
    ({ Spec }) => Spec.Labels?.[PROJECT] === project && Spec.Labels[COMPONENT]?.startsWith('stack:'),
  );
  const isShared = (one: Labels = {}): boolean =>
    one[PROJECT] === project && one[SECRET] !== undefined && one[COMPONENT] === undefined;
  for (const { ID, Spec } of await list<SwarmFile>('/secrets')) {
    if (isOwn(Spec.Labels) || (isLast && isShared(Spec.Labels))) await removeUnused(engine, `/secrets/${ID}`);
  }
  if (!task.keep.has('data')) await removeVolumes(engine, labels, again, task);
  for (const { ID, Spec } of configs) if (Spec.Labels?.[RECORD]) await engine.remove(`/configs/${ID}`);
}

const ENDED: ReadonlySet<string> = new Set([
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'orphaned',
  'remove',
]);

/** A stack that was deployed by hand has no labels of ours. */
function belongs(found: Labels | null | undefined, own: Labels, namespace: string): boolean {
  if (found?.[PROJECT] === undefined) return found?.[NAMESPACE] === namespace;
  return found[PROJECT] === own[PROJECT] && found[COMPONENT] === own[COMPONENT];
}

interface Volume {
  Name: string;
}

/** Those of this engine's node: nobody has a way to the others'. They go with their nodes. */
async function removeVolumes(
  engine: Engine,
  labels: Labels,
  again: <Result>(work: () => Promise<Result | undefined>) => Promise<Result>,
  { log }: Pick<Removal, 'log'>,
): Promise<void> {
  const query = labelQuery(`${PROJECT}=${labels[PROJECT]}`, `${COMPONENT}=${labels[COMPONENT]}`);
  const { Volumes: found } = (await engine.get(`/volumes?${query}`)) as { Volumes: Volume[] | null };
  for (const { Name } of found ?? []) {
    await again(() => removeFree(engine, `/volumes/${encodeURIComponent(Name)}`));
    log(`removed the volume ${Name}`);
  }
}

/** @returns undefined while it is in use: containers go a little later than their tasks */
async function removeFree(engine: Pick<Engine, 'remove'>, path: string): Promise<boolean | undefined> {
  try {
    return await engine.remove(path);
  } catch (error) {
    if (error instanceof UserError && error.code === 'ENGINE_REFUSED') return undefined;
    throw error;
  }
}

/** @throws UserError STILL_IN_USE */
async function repeat<Result>(
  work: () => Promise<Result | undefined>,
  { clock, signal }: { clock: StackTools['clock']; signal: AbortSignal },
): Promise<Result> {
  const end = clock.now() + MAX_WAIT;
  for (;;) {
    const result = await work();
    if (result !== undefined) return result;
    if (clock.now() > end) {
      throw new UserError(
        'STILL_IN_USE',
        'what the stack leaves is still in use after 5 minutes; look with `docker ps`, and run this again',
      );
    }
    await clock.sleep(POLL, signal);
  }
}
