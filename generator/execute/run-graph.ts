import type { ComponentGraph, ComponentId, ComponentKind } from '../model/component.ts';

/** What is to be done in an order, side by side where the order allows it. */
export interface GraphRun {
  ids: readonly ComponentId[];
  /** For each id what must be done before it, of these ids. */
  needs: ReadonlyMap<ComponentId, readonly ComponentId[]>;
  /** How many at once, of all kinds together. */
  jobs: number;
  /** How many at once of one kind; no limit of its own where undefined. */
  maxParallelOf: (kind: ComponentKind) => number | undefined;
  /** @returns whether what depends on it may begin; must not throw */
  run: (id: ComponentId) => Promise<boolean>;
  /** Told of everything that cannot be run because something that it needs was not done. */
  skip: (id: ComponentId, because: ComponentId) => void;
  /** Told of everything that was not begun when the signal fired. */
  cancel: (id: ComponentId) => void;
  signal: AbortSignal;
}

/**
 * Runs everything whose needs are done, the longest chains first. A failure lets what runs finish and skips what depends
 * on it. After the signal nothing is begun. Ends when nothing runs any more.
 */
export async function runGraph(order: GraphRun): Promise<void> {
  const heights = measureHeights(order);
  const waiting = new Set(
    [...order.ids].sort((a, b) => heights.get(b)! - heights.get(a)! || (a < b ? -1 : 1)),
  );
  const running = new Map<ComponentId, Promise<void>>();
  const done = new Set<ComponentId>();
  const failed = new Set<ComponentId>();
  const begin = (id: ComponentId): void => {
    waiting.delete(id);
    const end = order.run(id).then((ok) => {
      (ok ? done : failed).add(id);
      running.delete(id);
    });
    running.set(id, end);
  };
  for (;;) {
    if (!order.signal.aborted) {
      skipBlocked(order, waiting, failed);
      for (const id of [...waiting]) {
        const ready = order.needs.get(id)!.every((need) => done.has(need));
        if (ready && hasRoom(order, id, running)) begin(id);
      }
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  for (const id of waiting) order.cancel(id);
}

/** @returns the ids that must be done before each of them: the nearest of these above it, through others or not */
export function needsAmong(
  ids: readonly ComponentId[],
  graph: ComponentGraph,
): Map<ComponentId, readonly ComponentId[]> {
  const wanted = new Set(ids);
  return new Map(
    ids.map((id) => {
      const found = new Set<ComponentId>();
      const seen = new Set<ComponentId>();
      const open = parentsOf(graph, id);
      for (const parent of open) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        if (wanted.has(parent)) found.add(parent);
        else open.push(...parentsOf(graph, parent));
      }
      return [id, [...found].sort()];
    }),
  );
}

function parentsOf(graph: ComponentGraph, id: ComponentId): ComponentId[] {
  const component = graph.get(id);
  return component ? [...component.content, ...component.order] : [];
}

function hasRoom(
  { jobs, maxParallelOf }: GraphRun,
  id: ComponentId,
  running: ReadonlyMap<ComponentId, unknown>,
): boolean {
  const kind = kindOf(id);
  const same = [...running.keys()].filter((other) => kindOf(other) === kind).length;
  return running.size < jobs && same < (maxParallelOf(kind) ?? jobs);
}

function skipBlocked({ needs, skip }: GraphRun, waiting: Set<ComponentId>, failed: Set<ComponentId>): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const id of [...waiting]) {
      const because = needs.get(id)!.find((need) => failed.has(need));
      if (because === undefined) continue;
      waiting.delete(id);
      failed.add(id);
      skip(id, because);
      changed = true;
    }
  }
}

/** How long the longest chain of what waits for each is. */
function measureHeights({ ids, needs }: GraphRun): Map<ComponentId, number> {
  const heights = new Map(ids.map((id) => [id, 0]));
  for (let changed = true, round = 0; changed && round <= ids.length; round++) {
    changed = false;
    for (const id of ids) {
      for (const need of needs.get(id)!) {
        if (heights.get(need)! > heights.get(id)!) continue;
        heights.set(need, heights.get(id)! + 1);
        changed = true;
      }
    }
  }
  return heights;
}

function kindOf(id: ComponentId): ComponentKind {
  return id.slice(0, id.indexOf(':')) as ComponentKind;
}
