import type {
  Component,
  ComponentGraph,
  ComponentId,
  ComponentKind,
} from '../../generator/model/component.ts';
import type { ComponentHashes } from '../../generator/model/component-hash.ts';
import type { Observation, Observations } from '../../generator/plan/plan.ts';
import { planProject } from '../../generator/plan/plan-project.ts';
import type { PlanRequest } from '../../generator/plan/plan-project.ts';

/** A hash that a person can tell from others: `hashOf('a')`. */
export function hashOf(letter: string): string {
  return letter.repeat(64).slice(0, 64);
}

export const ABSENT: Observation = { state: 'absent' };

export function built(id = 'x'): Observation {
  return { state: 'built', artifact: { id, reference: `127.0.0.1:5000/shop/${id}@sha256:${hashOf('d')}` } };
}

export function running(hash: string | null, more: Partial<Observation> = {}): Observation {
  return { state: 'running', hash, pending: false, drift: [], ...more } as Observation;
}

/** `{'image:api': ['image:base']}`; parents after `|` are for order only. */
export function graphOf(edges: Readonly<Record<string, readonly string[]>>): ComponentGraph {
  return new Map(
    Object.entries(edges).map(([text, parents]) => {
      const [kind, name] = text.split(':') as [ComponentKind, string];
      const order = parents.filter((parent) => parent.startsWith('|')).map((parent) => parent.slice(1));
      const content = parents.filter((parent) => !parent.startsWith('|'));
      const component = { id: text, kind, name, content, order, externals: [] } as unknown as Component;
      return [component.id, component];
    }),
  );
}

export function hashesOf(graph: ComponentGraph, letter = 'a'): ComponentHashes {
  return new Map([...graph.keys()].map((id) => [id, { hash: hashOf(letter), inputs: [] }]));
}

export function observe(found: Readonly<Record<string, Observation>>): Observations {
  return new Map(Object.entries(found) as [ComponentId, Observation][]);
}

/** A request about a graph where everything is absent but what `found` says. */
export function requestOf(
  graph: ComponentGraph,
  found: Readonly<Record<string, Observation>> = {},
  more: Partial<PlanRequest> = {},
): PlanRequest {
  const nothing = Object.fromEntries([...graph.keys()].map((id) => [id, ABSENT]));
  const observations = observe({ ...nothing, ...found });
  return { project: 'shop', revision: 'f'.repeat(40), graph, hashes: hashesOf(graph), observations, ...more };
}

/** Each component's action and reason, as one line. */
export function linesOf(request: PlanRequest): string[] {
  return planProject(request).components.map(({ id, action, reason }) => `${action} ${id}: ${reason}`);
}
