import { parentsFirst } from '../model/component.ts';
import type { Component, ComponentGraph, ComponentId, ComponentKind } from '../model/component.ts';
import type { ComponentHash } from '../model/component-hash.ts';
import { hintNearest } from '../model/nearest-name.ts';
import { showControls } from '../model/problem.ts';
import { shorten } from '../model/shorten.ts';
import { UserError } from '../model/user-error.ts';
import { decideAction } from './decide-action.ts';
import type { Decision } from './decide-action.ts';
import type { Action, InputChange, Observations, Plan, PlannedComponent } from './plan.ts';

/** Kinds whose artifacts are found by hash: one that nothing names any more is for `prune`, not for a plan. */
const STORED: readonly ComponentKind[] = ['image', 'ami'];

/** Of one component in the document. */
const MAX_CHANGES = 200;

export interface PlanRequest {
  project: string;
  /** Null where the tree was dirty. */
  revision: string | null;
  graph: ComponentGraph;
  /** Of every component that is planned. */
  hashes: ReadonlyMap<ComponentId, Pick<ComponentHash, 'hash'>>;
  /** Of every component that is planned, and of what runs though the graph no longer has it. */
  observations: Observations;
  /** Exactly these are planned; everything where undefined. */
  only?: readonly string[];
  /** Infrastructures whose deploy may take all nodes away first, and with them all that runs there. */
  recreated?: ReadonlySet<ComponentId>;
  /** How the inputs differ from those of what exists or runs, where the former could be computed. */
  changes?: ReadonlyMap<ComponentId, readonly InputChange[]>;
}

/**
 * What is to be done so that the world holds what the commit says. The same request gives the same plan, whatever
 * the order of its maps.
 * @throws UserError NO_COMPONENT where `only` names what neither the project nor the world has
 */
export function planProject(request: PlanRequest): Plan {
  const { graph, observations } = request;
  const removable = findRemovable(graph, observations);
  const wanted = chooseIds([...graph.keys(), ...removable], request.only);
  const decisions = decideAll(request, wanted);
  const components = [...graph.values()]
    .filter(({ id }) => wanted.has(id))
    .map((component) => toPlanned(component, request, decisions.get(component.id)!));
  const removed = removable.filter((id) => wanted.has(id));
  components.push(...removed.map((id) => toRemoved(id, removable, observations)));
  components.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    version: 1,
    project: request.project,
    revision: request.revision,
    components,
    summary: countActions(components),
  };
}

/** Parents before children: what is made of a parent decides about the child. */
function decideAll(request: PlanRequest, wanted: ReadonlySet<ComponentId>): Map<ComponentId, Decision> {
  const decisions = new Map<ComponentId, Decision>();
  for (const component of parentsFirst(request.graph)) {
    const observation = request.observations.get(component.id);
    if (!observation) {
      if (wanted.has(component.id)) throw new Error(`nothing was observed of ${component.id}`);
      continue;
    }
    const hash = request.hashes.get(component.id)?.hash;
    if (hash === undefined) throw new Error(`${component.id} has no hash`);
    const rebuilt = component.content.filter((id) => decisions.get(id)?.action === 'build');
    const changes = request.changes?.get(component.id) ?? [];
    decisions.set(component.id, decideAction({ component, hash, observation, changes, rebuilt }));
  }
  const isToGo = (id: ComponentId): boolean =>
    request.recreated?.has(id) === true && wanted.has(id) && decisions.get(id)?.action === 'deploy';
  for (const [id, { action }] of decisions) {
    const isGoing = request.graph.get(id)!.order.some(isToGo);
    if (action === 'keep' && isGoing) decisions.set(id, HOST_MADE_ANEW);
  }
  return decisions;
}

/**
 * Whether the nodes go is decided by images and machine types, which only the playbook knows. Where they stay, the deploy
 * finds what runs, and keeps it.
 */
const HOST_MADE_ANEW: Decision = {
  action: 'deploy',
  reason: 'its cluster may be made anew (replace: recreate)',
};

function toPlanned(component: Component, request: PlanRequest, decision: Decision): PlannedComponent {
  const { id, kind, content, order } = component;
  const observation = request.observations.get(id);
  const changes = decision.action === 'keep' ? [] : (request.changes?.get(id) ?? []);
  return {
    id,
    kind,
    hash: request.hashes.get(id)!.hash,
    action: decision.action,
    reason: showControls(decision.reason),
    dependsOn: [...new Set([...content, ...order])].sort(),
    ...(changes.length > 0 ? { changes: changes.slice(0, MAX_CHANGES) } : {}),
    ...(changes.length > MAX_CHANGES ? { moreChanges: changes.length - MAX_CHANGES } : {}),
    ...(observation?.state === 'built' ? { artifact: observation.artifact } : {}),
  };
}

function findRemovable(graph: ComponentGraph, observations: Observations): ComponentId[] {
  return [...observations]
    .filter(([id, { state }]) => !graph.has(id) && state === 'running' && !STORED.includes(kindOf(id)))
    .map(([id]) => id)
    .sort();
}

/**
 * What it stood on is no longer written anywhere. A stack may have run on any infrastructure that goes too, so it
 * goes before all of them.
 */
function toRemoved(
  id: ComponentId,
  removable: readonly ComponentId[],
  observations: Observations,
): PlannedComponent {
  const kind = kindOf(id);
  const observation = observations.get(id);
  const under = kind === 'infrastructure' ? [] : removable.filter((one) => kindOf(one) === 'infrastructure');
  return {
    id,
    kind,
    hash: observation?.state === 'running' ? observation.hash : null,
    action: 'remove',
    reason: 'runs, and the project no longer has it',
    dependsOn: [...under],
  };
}

function chooseIds(
  known: readonly ComponentId[],
  only: readonly string[] | undefined,
): ReadonlySet<ComponentId> {
  const all = new Set<string>(known);
  const unknown = (only ?? []).filter((id) => !all.has(id));
  if (unknown.length > 0) {
    const named = unknown.map((id) => `${JSON.stringify(shorten(id, 80))} (${hintOf(id, known)})`);
    throw new UserError(
      'NO_COMPONENT',
      `expected ids of components of this project, found ${named.join(', ')}`,
    );
  }
  return new Set((only ?? known) as readonly ComponentId[]);
}

function hintOf(id: string, known: readonly ComponentId[]): string {
  const full = known.find((one) => one.slice(one.indexOf(':') + 1) === id);
  const hint = full ? `did you mean "${full}"?` : hintNearest(id, known);
  return hint === '' ? '`millrace plan` lists them' : hint;
}

function countActions(components: readonly PlannedComponent[]): Record<Action, number> {
  const summary = { build: 0, deploy: 0, keep: 0, remove: 0 };
  for (const { action } of components) summary[action]++;
  return summary;
}

function kindOf(id: ComponentId): ComponentKind {
  return id.slice(0, id.indexOf(':')) as ComponentKind;
}
