import { componentId } from '../../model/component.ts';
import type { ComponentId } from '../../model/component.ts';
import type { Project } from '../../model/project/project.ts';
import type { Observation, Observations, Running, RunningPart } from '../../plan/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { HashedComponent } from '../driver.ts';
import { describeNotes } from '../home/home-note.ts';
import { digestOf } from './canonical-json.ts';
import { findSwarms } from './find-swarms.ts';
import { lookAtSwarm, servicesOf } from './look-at-swarm.ts';
import type { SwarmLook } from './look-at-swarm.ts';
import { isOneShot } from './one-shot.ts';
import { COMPONENT, HASH, PAUSED, PROJECT } from './stack-names.ts';
import type { FoundRecords, StackRecord } from './stack-record.ts';
import type { StackTools } from './stack-tools.ts';
import type { SwarmService } from './swarm-objects.ts';

type Looks = ReadonlyMap<string | undefined, SwarmLook | undefined>;

/**
 * Two calls a Swarm, whatever the number of stacks. Stacks that the project no longer has are found by what they left.
 * @throws UserError SWARM_UNREACHABLE, NO_SWARM, ENGINE_UNREACHABLE: what cannot be seen is not absent
 */
export async function observeStacks(
  components: readonly Pick<HashedComponent, 'id' | 'name'>[],
  { project }: { project: Project },
  tools: Pick<StackTools, 'swarms' | 'clock'> & {
    onLook?: (engine: Engine, look: SwarmLook) => Promise<void>;
  },
): Promise<Observations> {
  const found = await findSwarms(project, tools);
  const looks: Looks = new Map(
    await Promise.all(
      found.map(async ({ place, engine }): Promise<[string | undefined, SwarmLook | undefined]> => {
        const look = engine && (await lookAtSwarm(engine, project.project));
        if (look) await tools.onLook?.(engine, look);
        return [place, look];
      }),
    ),
  );
  const observations = new Map<ComponentId, Observation>();
  for (const { id, name } of components) {
    const look = looks.get(project.stacks[name]?.on);
    const seen: Observation = look
      ? observeStack(look, project.project, name, tools.clock.now())
      : { state: 'absent', why: 'host absent' };
    observations.set(id, withStrays(seen, name, project, looks));
  }
  for (const look of looks.values()) {
    for (const name of look ? stacksIn(look, project.project) : []) {
      const id = componentId('stack', name);
      // One that the project has, in a Swarm that it no longer names, is told as drift of it.
      if (Object.hasOwn(project.stacks, name) || observations.has(id)) continue;
      observations.set(id, observeStack(look!, project.project, name, tools.clock.now()));
    }
  }
  return observations;
}

/** Names of the stacks that a Swarm has something of. */
export function stacksIn({ services, records }: SwarmLook, project: string): string[] {
  const labels = services.map(({ Spec }) => Spec.Labels ?? {}).filter((one) => one[PROJECT] === project);
  const ids = [...records.keys(), ...labels.flatMap((one) => one[COMPONENT] ?? [])];
  return [...new Set(ids.filter((id) => id.startsWith('stack:')).map((id) => id.slice('stack:'.length)))];
}

/** @param now milliseconds since 1970 */
function observeStack(look: SwarmLook, project: string, name: string, now: number): Observation {
  const services = servicesOf(look, project, name);
  const id = componentId('stack', name);
  const found = look.records.get(id);
  if (services.size === 0 && !found) return { state: 'absent' };
  const seen = describe(services, found ?? { pending: false, deployed: [] });
  return { ...seen, drift: [...seen.drift, ...describeNotes(look.configs, id, now)] };
}

function describe(services: ReadonlyMap<string, SwarmService>, { record, pending }: FoundRecords): Running {
  const { revision } = record ?? {};
  return {
    state: 'running',
    hash: record?.hash ?? null,
    pending,
    drift: record ? findDrift(services, record) : [],
    ...(revision === undefined || revision === null ? {} : { revision }),
    ...(record ? { deployed: record.deployed } : {}),
    parts: [...services].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => describePart(name, one)),
  };
}

function findDrift(services: ReadonlyMap<string, SwarmService>, record: StackRecord): string[] {
  const drift: string[] = [];
  for (const [name, { hash, spec, image }] of Object.entries(record.services)) {
    const service = services.get(name);
    if (!service) drift.push(`service ${name}: is gone`);
    else if (service.Spec.Labels?.[PAUSED] !== undefined)
      drift.push(`service ${name}: is stopped while a prune collects garbage`);
    else if (service.Spec.Labels?.[HASH] !== hash || digestOf(service.Spec) !== spec) {
      const other = service.Spec.TaskTemplate.ContainerSpec?.Image !== image;
      drift.push(`service ${name}: ${other ? 'runs another image' : 'was changed'} since it was deployed`);
    } else if (isShort(service)) drift.push(`service ${name}: ${describeTasks(service)}`);
  }
  for (const name of services.keys()) {
    if (!Object.hasOwn(record.services, name)) drift.push(`service ${name}: is not of the stack file`);
  }
  return drift.sort();
}

function describePart(name: string, service: SwarmService): RunningPart {
  const hash = service.Spec.Labels?.[HASH];
  const state = service.UpdateStatus?.State;
  const update = state === undefined || state === 'completed' ? '' : `, ${state.replaceAll('_', ' ')}`;
  return { name: `service ${name}`, state: `${describeTasks(service)}${update}`, ...(hash ? { hash } : {}) };
}

/** What may have ended by itself is no drift. */
function isShort(service: SwarmService): boolean {
  const { ServiceStatus: status } = service;
  return status !== undefined && status.RunningTasks < status.DesiredTasks && !isOneShot(service);
}

function describeTasks({ ServiceStatus: status }: SwarmService): string {
  const { RunningTasks: running = 0, DesiredTasks: desired = 0 } = status ?? {};
  return `${running} of ${desired} ${desired === 1 ? 'task runs' : 'tasks run'}`;
}

/** A stack that was moved to another Swarm still runs on the former one, until its next deploy takes it away. */
function withStrays(
  found: Observation,
  name: string,
  { project, stacks }: Project,
  looks: Looks,
): Observation {
  const own = looks.get(stacks[name]?.on);
  if (found.state !== 'running' || !own) return found;
  const strays = [...looks].filter(([, look]) => look && isStray(look, own, project, name));
  const drift = strays.map(([place]) => `also runs on ${place ?? 'the engine at hand'}`);
  return drift.length === 0 ? found : { ...found, drift: [...found.drift, ...drift] };
}

/** Whether another Swarm has services of a stack; two names may lead to one Swarm. */
export function isStray(look: SwarmLook, own: SwarmLook, project: string, name: string): boolean {
  const ids = new Set(own.services.map(({ ID }) => ID));
  return [...servicesOf(look, project, name).values()].some(({ ID }) => !ids.has(ID));
}
