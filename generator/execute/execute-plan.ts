import type { Driver, HashedComponent, ProjectSource, RemovalContext } from '../drivers/driver.ts';
import type { ComponentId, ComponentKind } from '../model/component.ts';
import type { Artifact, Observation, Observations, Plan, PlannedComponent } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { Reporter } from '../ports/reporter.ts';
import { checkPlan } from './check-plan.ts';
import { orderPlan } from './order-plan.ts';
import type { PlaceLocks } from './place-locks.ts';
import type { RunFolders } from './run-folders.ts';
import { runGraph } from './run-graph.ts';
import { summarise } from './run-result.ts';
import type { ComponentResult, RunResult } from './run-result.ts';
import { runTask } from './run-task.ts';
import type { TaskEnd } from './run-task.ts';

export interface RunRequest {
  plan: Plan;
  source: ProjectSource;
  /** At least those of the plan that are not removed. */
  components: ReadonlyMap<ComponentId, HashedComponent>;
  /** At least of the plan's components and of the parents whose artifacts they need. */
  observations: Observations;
  drivers: ReadonlyMap<ComponentKind, Driver>;
  exportFiles: GitRepository['exportFiles'];
  folders: RunFolders;
  /** How many components are worked on at once. */
  jobs: number;
  reporter: Reporter;
  clock: Pick<Clock, 'now'>;
  /** Keeps other runs from the places that this one deploys to; released at its end. */
  locks?: PlaceLocks;
  /** Judges what was found to run once its place is locked. @throws UserError where this run may not go over it */
  mayReplace?: (id: ComponentId, found: Observation) => Promise<void>;
  /** What stays where something is removed. */
  keep?: (id: ComponentId) => RemovalContext['keep'];
  /** Fires on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
}

/**
 * Carries a plan out: every component as soon as what it needs is done. The first failure lets what runs finish, skips
 * what depends on it and goes on with what does not.
 * @returns how each component ended; failures among them
 * @throws UserError NOT_YET, MISSING_ARTIFACT before anything is begun; what a driver's `prepare` throws; bugs
 */
export async function executePlan(request: RunRequest): Promise<RunResult> {
  const { plan, source, drivers, observations, folders } = request;
  const artifacts = new Map<ComponentId, Artifact>();
  for (const [id, observation] of observations)
    if (observation.state === 'built') artifacts.set(id, observation.artifact);
  checkPlan(plan.components, source.graph, drivers, artifacts);
  const results = new Map<ComponentId, TaskEnd>();
  for (const planned of plan.components)
    if (planned.action === 'keep') results.set(planned.id, keep(planned));
  const touched = plan.components.filter(({ action }) => action !== 'keep');
  try {
    await prepare(request, touched);
    await runTouched(request, touched, artifacts, results);
  } finally {
    folders.remove();
    await request.locks?.releaseAll();
    for (const { kind } of kindsOf(plan.components)) await drivers.get(kind)?.finish?.();
  }
  const bug = [...results.values()].find((end) => end.bug !== undefined);
  if (bug) throw bug.bug;
  return summarise([...results.values()]);
}

async function prepare(request: RunRequest, touched: readonly PlannedComponent[]): Promise<void> {
  const { plan, source, drivers, components } = request;
  const touchedIds = new Set(touched.map(({ id }) => id));
  for (const { kind, ids } of kindsOf(plan.components)) {
    const hashed = ids.map((id) => components.get(id)!);
    await drivers.get(kind)?.prepare?.(
      hashed,
      source,
      hashed.filter(({ id }) => touchedIds.has(id)),
    );
  }
}

async function runTouched(
  request: RunRequest,
  touched: readonly PlannedComponent[],
  artifacts: Map<ComponentId, Artifact>,
  results: Map<ComponentId, ComponentResult>,
): Promise<void> {
  const { source, drivers, components, observations, reporter, locks, signal } = request;
  const planned = new Map(touched.map((one) => [one.id, one]));
  const settle = (id: ComponentId, outcome: 'skipped' | 'cancelled', cause: string): void => {
    const { action, hash } = planned.get(id)!;
    results.set(id, { id, action, hash, outcome, cause, seconds: 0 });
  };
  const isOver = (kind: ComponentKind): boolean =>
    touched.every((one) => one.kind !== kind || results.has(one.id));
  await runGraph({
    ids: [...planned.keys()],
    needs: orderPlan(touched, source.graph),
    jobs: request.jobs,
    maxParallelOf: (kind) => drivers.get(kind)?.maxParallel,
    signal,
    run: async (id) => {
      const [component, one] = [components.get(id), planned.get(id)!];
      const end = await runTask({
        ...request,
        driver: drivers.get(one.kind)!,
        component,
        planned: one,
        rebuilt: (component?.content ?? []).filter((parent) => results.get(parent)?.outcome === 'built'),
        context: { source, artifacts, signal, observation: observations.get(id) ?? { state: 'absent' } },
      });
      results.set(id, end);
      if (end.artifact) artifacts.set(id, end.artifact);
      // The last of a kind: what goes next may take the place itself away.
      if (isOver(one.kind)) await locks?.release(one.kind);
      return end.outcome !== 'failed' && end.outcome !== 'cancelled';
    },
    skip: (id, because) => {
      settle(id, 'skipped', `needs ${because}`);
      reporter.emit({ type: 'skipped', id, because });
    },
    cancel: (id) => {
      settle(id, 'cancelled', 'was not begun');
      reporter.emit({ type: 'cancelled', id, left: 'was not begun' });
    },
  });
}

function keep({ id, action, hash, artifact }: PlannedComponent): ComponentResult {
  return { id, action, hash, outcome: 'kept', seconds: 0, ...(artifact ? { artifact } : {}) };
}

function kindsOf(components: readonly PlannedComponent[]): { kind: ComponentKind; ids: ComponentId[] }[] {
  const kinds = [...new Set(components.map(({ kind }) => kind))];
  return kinds.map((kind) => ({
    kind,
    ids: components.filter((one) => one.kind === kind && one.action !== 'remove').map(({ id }) => id),
  }));
}
