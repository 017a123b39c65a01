import type { ComponentGraph, ComponentId, ComponentKind } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Artifact, PlannedComponent } from '../plan/plan.ts';

/**
 * Whether all that is planned can be carried out, before any of it is begun.
 * @throws UserError NOT_YET, MISSING_ARTIFACT
 */
export function checkPlan(
  components: readonly PlannedComponent[],
  graph: ComponentGraph,
  drivers: ReadonlyMap<ComponentKind, Driver>,
  artifacts: ReadonlyMap<ComponentId, Artifact>,
): void {
  const impossible = components.filter((component) => !canDo(component, drivers.get(component.kind)));
  if (impossible.length > 0) {
    const shown = listSome(impossible.map(({ id, action }) => `${action} ${id}`));
    const rest = components.filter((one) => one.action === 'build').map(({ id }) => id);
    const hint =
      rest.length === 0 ? 'there is nothing else to do' : `to build the rest: --only ${listSome(rest, ' ')}`;
    throw new UserError('NOT_YET', `this version cannot yet ${shown}; nothing was done; ${hint}`);
  }
  const built = new Set(components.filter(({ action }) => action === 'build').map(({ id }) => id));
  const missing = new Set<ComponentId>();
  for (const { id, action } of components) {
    if (action === 'keep' || action === 'remove') continue;
    for (const parent of graph.get(id)?.content ?? []) {
      if (!artifacts.has(parent) && !built.has(parent)) missing.add(parent);
    }
  }
  if (missing.size === 0) return;
  const ids = [...missing].sort();
  throw new UserError(
    'MISSING_ARTIFACT',
    `${listSome(ids)} ${ids.length === 1 ? 'is' : 'are'} needed and not built yet; run \`millrace apply --only ${ids.join(' ')}\` first`,
  );
}

function canDo({ action }: PlannedComponent, driver: Driver | undefined): boolean {
  if (action === 'keep') return true;
  if (action === 'build') return driver?.build !== undefined;
  return (action === 'deploy' ? driver?.deploy : driver?.remove) !== undefined;
}

const MAX_LISTED = 20;

function listSome(items: readonly string[], separator = ', '): string {
  const more = items.length > MAX_LISTED ? `${separator}… (${items.length - MAX_LISTED} more)` : '';
  return items.slice(0, MAX_LISTED).join(separator) + more;
}
