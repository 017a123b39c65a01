import type { Edge } from './assign-layers.ts';

/**
 * The edges without those that a longer way says already (a transitive reduction): where every image needs the
 * registry, only the ones that need nothing else are joined to it.
 */
export function dropDetours(count: number, edges: readonly Edge[]): Edge[] {
  const children: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) children[from]!.push(to);
  const below = children.map((_, node) => reachable(node, children));
  return edges.filter(
    ({ from, to }) => !children[from]!.some((child) => child !== to && below[child]!.has(to)),
  );
}

function reachable(start: number, children: readonly (readonly number[])[]): Set<number> {
  const found = new Set<number>();
  const pending = [...children[start]!];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    pending.push(...children[node]!);
  }
  return found;
}
