/** A node of a drawing, by its place in a list. */
export interface Edge {
  from: number;
  to: number;
}

/** Longer chains are cut: a drawing of them would help nobody, and a plan read from a file may hold a cycle. */
const MAX_ROUNDS = 1_000;

/**
 * For each of `count` nodes the column it stands in: right of all that it needs, as near to what needs it as may be.
 */
export function assignLayers(count: number, edges: readonly Edge[]): number[] {
  const layers = new Array<number>(count).fill(0);
  for (let round = 0, moved = true; moved && round < Math.min(count, MAX_ROUNDS); round++) {
    moved = false;
    for (const { from, to } of edges) {
      if (layers[to]! > layers[from]!) continue;
      layers[to] = layers[from]! + 1;
      moved = true;
    }
  }
  pullRight(layers, edges);
  return layers;
}

/** What needs nothing stands beside its first user, not at the far left. */
function pullRight(layers: number[], edges: readonly Edge[]): void {
  const hasParent = new Set(edges.map(({ to }) => to));
  const nearest = new Map<number, number>();
  for (const { from, to } of edges) {
    if (!hasParent.has(from)) nearest.set(from, Math.min(nearest.get(from) ?? Infinity, layers[to]!));
  }
  for (const [node, layer] of nearest) layers[node] = Math.max(layers[node]!, layer - 1);
}
