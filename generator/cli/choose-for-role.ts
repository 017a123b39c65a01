import type { ComponentId } from '../model/component.ts';
import type { PlannedComponent } from '../plan/plan.ts';
import type { Invocation } from './command.ts';
import { mayPublish } from './may-publish.ts';
import type { OpenedCommit } from './open-commit.ts';
import type { World } from './open-world.ts';
import { planCommit } from './plan-commit.ts';
import type { PlannedCommit } from './plan-commit.ts';

export interface RoleRequest extends PlannedCommit {
  opened: OpenedCommit;
  world: Pick<World, 'drivers'>;
  env: Invocation['env'];
  note: (text: string) => void;
}

/**
 * The part of a plan that this job may and can carry out.
 *
 * Where a branch is only verified, nothing is published (docs/decisions/011): a parent that is not there is built again
 * where its child is tested. Machine images are left to the trusted branch, and so is all that is deployed or removed, whatever
 * is published: both take credentials that no branch has.
 */
export async function chooseForRole(request: RoleRequest): Promise<PlannedCommit> {
  const { opened, env } = request;
  const delivers = env['MILLRACE_ROLE'] !== 'verify';
  const publishes = mayPublish(opened.summary.project, env);
  const planned = publishes ? request : await addMissingParents(request);
  const isLeft = ({ kind, action }: PlannedComponent): boolean =>
    action === 'build' ? kind === 'ami' && !delivers : action !== 'keep' && !delivers;
  const left = planned.plan.components.filter(isLeft);
  for (const { id, action } of left) {
    const why = action === 'build' ? 'bakes nothing' : 'deploys nothing';
    request.note(`${id}: left to the trusted branch, since verifying ${why}`);
  }
  const components = planned.plan.components.filter((component) => !left.includes(component));
  const summary = { build: 0, deploy: 0, keep: 0, remove: 0 };
  for (const { action } of components) summary[action]++;
  return {
    components: planned.components,
    observations: planned.observations,
    plan: { ...planned.plan, components, summary },
  };
}

/** Each round finds the parents of those before, until none is missing. */
async function addMissingParents(request: RoleRequest): Promise<PlannedCommit> {
  const { opened, world, env, note } = request;
  let planned: PlannedCommit = request;
  for (;;) {
    const held = new Set(planned.plan.components.map(({ id }) => id));
    const missing = new Set<ComponentId>();
    for (const { id, action } of planned.plan.components) {
      if (action !== 'build') continue;
      for (const parent of opened.summary.graph.get(id)?.content ?? [])
        if (!held.has(parent) && planned.observations.get(parent)?.state === 'absent') missing.add(parent);
    }
    if (missing.size === 0) return planned;
    for (const id of missing) note(`${id}: built here as well, since verifying publishes nothing`);
    planned = await planCommit(opened, { drivers: world.drivers, env, only: [...held, ...missing] });
  }
}
