import type { ComponentGraph, ComponentId } from '../model/component.ts';
import type { PlannedComponent } from '../plan/plan.ts';
import { needsAmong } from './run-graph.ts';

/**
 * What must be done before each component of a plan. Parents are made before their children. What is removed waits for
 * what stands on it to be removed, and for all deploys: what replaces it serves by then, and where that fails it stays.
 * @param touched what is not kept
 */
export function orderPlan(
  touched: readonly PlannedComponent[],
  graph: ComponentGraph,
): Map<ComponentId, readonly ComponentId[]> {
  const made = touched.filter(({ action }) => action !== 'remove').map(({ id }) => id);
  const removed = touched.filter(({ action }) => action === 'remove');
  const deployed = touched.filter(({ action }) => action === 'deploy').map(({ id }) => id);
  const order = needsAmong(made, graph);
  for (const { id } of removed) {
    const above = removed.filter(({ dependsOn }) => dependsOn.includes(id)).map((one) => one.id);
    order.set(id, [...above, ...deployed]);
  }
  return order;
}
