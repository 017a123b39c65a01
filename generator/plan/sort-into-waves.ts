import type { ComponentId } from '../model/component.ts';
import type { PlannedComponent } from './plan.ts';

type Node = Pick<PlannedComponent, 'id' | 'action' | 'dependsOn'>;

/**
 * What the plan touches, each wave after what it needs; ids within a wave are sorted. What is kept is there already
 * and makes no wave, but hands on the order of what is above it. Removals come last, what stands on others first.
 */
export function sortIntoWaves(components: readonly Node[]): ComponentId[][] {
  const depths = measureDepths(components);
  const group = (nodes: readonly Node[]): ComponentId[][] => {
    const waves: ComponentId[][] = [];
    for (const { id } of nodes) (waves[depths.get(id)!] ??= []).push(id);
    return waves.filter((wave) => wave.length > 0).map((wave) => wave.sort());
  };
  const removed = components.filter(({ action }) => action === 'remove');
  const made = components.filter(({ action }) => action === 'build' || action === 'deploy');
  return [...group(made), ...group(removed).reverse()];
}

/** For each component the longest chain of touched ones above it. @throws Error for a cycle: graphs have none */
function measureDepths(components: readonly Node[]): Map<ComponentId, number> {
  const known = new Map(components.map((node) => [node.id, node]));
  const children = new Map<ComponentId, ComponentId[]>();
  const waiting = new Map<ComponentId, number>();
  for (const { id, dependsOn } of components) {
    const parents = [...new Set(dependsOn)].filter((parent) => known.has(parent));
    waiting.set(id, parents.length);
    for (const parent of parents) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(id);
      else children.set(parent, [id]);
    }
  }
  const depths = new Map<ComponentId, number>();
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of ready) depths.set(id, 0);
  for (const id of ready) {
    const below = depths.get(id)! + (known.get(id)!.action === 'keep' ? 0 : 1);
    for (const child of children.get(id) ?? []) {
      depths.set(child, Math.max(depths.get(child) ?? 0, below));
      waiting.set(child, waiting.get(child)! - 1);
      if (waiting.get(child) === 0) ready.push(child);
    }
  }
  if (ready.length < known.size) throw new Error('the plan holds a cycle');
  return depths;
}
