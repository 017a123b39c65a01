/** The kinds of the design; one driver each. */
export type ComponentKind = 'image' | 'ami' | 'infrastructure' | 'stack' | 'jobs';

/** `<kind>:<name>`, e.g. `image:api`; `jobs:<project>` for the jobs. */
export type ComponentId = `${ComponentKind}:${string}`;

/** A node of the project's graph. All lists are sorted and hold no name twice. */
export interface Component {
  id: ComponentId;
  kind: ComponentKind;
  name: string;
  /** Parents whose hash is part of this one's: FROM, COPY --from, `image:` of a stack, `amis:`. */
  content: ComponentId[];
  /** Parents that must be there first but enter no hash: `on:`, the stack that holds the registry. */
  order: ComponentId[];
  /** References to what is not of this project: upstream images, pinned in the lock. */
  externals: string[];
}

export type ComponentGraph = ReadonlyMap<ComponentId, Component>;

/** `image:api`: how a component is named in edges, plans and `--only`. */
export function componentId(kind: ComponentKind, name: string): ComponentId {
  return `${kind}:${name}`;
}

/**
 * A cycle of the graph, over both sorts of edges, as the ids along it (first = last).
 * @returns undefined where there is none
 */
export function findCycle(graph: ComponentGraph): ComponentId[] | undefined {
  const done = new Set<ComponentId>();
  for (const start of graph.keys()) {
    // Depth first with a stack of our own: a chain of thousands must not overflow the engine's.
    const path: ComponentId[] = [];
    const onPath = new Set<ComponentId>();
    const pending: { id: ComponentId; leave: boolean }[] = [{ id: start, leave: false }];
    while (pending.length > 0) {
      const { id, leave } = pending.pop()!;
      if (leave) {
        path.pop();
        onPath.delete(id);
        done.add(id);
      } else if (onPath.has(id)) {
        return [...path.slice(path.indexOf(id)), id];
      } else if (!done.has(id)) {
        path.push(id);
        onPath.add(id);
        pending.push({ id, leave: true });
        const component = graph.get(id);
        const parents = component ? [...component.content, ...component.order] : [];
        for (const parent of parents.reverse()) pending.push({ id: parent, leave: false });
      }
    }
  }
  return undefined;
}

/** Every component after its content parents; the graph has no cycle. A parent that is not in the graph is passed over. */
export function parentsFirst(graph: ComponentGraph): Component[] {
  const sorted: Component[] = [];
  const entered = new Set<ComponentId>();
  // A stack of our own: a chain of thousands must not overflow the engine's.
  const open: { component: Component; leave: boolean }[] = [];
  for (const start of graph.values()) {
    open.push({ component: start, leave: false });
    while (open.length > 0) {
      const { component, leave } = open.pop()!;
      if (leave) sorted.push(component);
      if (leave || entered.has(component.id)) continue;
      entered.add(component.id);
      open.push({ component, leave: true });
      for (const id of component.content) {
        const parent = graph.get(id);
        if (parent) open.push({ component: parent, leave: false });
      }
    }
  }
  return sorted;
}
