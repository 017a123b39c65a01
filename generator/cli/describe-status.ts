import type { ComponentId, ComponentKind } from '../model/component.ts';
import type { Observation } from '../plan/plan.ts';
import type { StatusComponent, StatusHealth, StatusReport } from '../report/status-table.ts';
import { listDifferences } from '../report/status-table.ts';

/** What was found of one component. */
export interface FoundComponent {
  id: ComponentId;
  /** Of the commit; undefined where the project no longer has the component. */
  hash: string | undefined;
  found: Observation | { state: 'unreachable'; why: string };
  health: StatusHealth[];
  handedOver?: boolean;
}

/** @param now milliseconds since 1970 */
export function describeStatus(
  { project, revision }: { project: string; revision: string | null },
  found: readonly FoundComponent[],
  now: number,
): StatusReport {
  const components = found.map((one) => describeOne(one, now)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const deployed = components.some(({ state }) => state === 'running');
  const differs = components.some((one) => listDifferences(one, deployed).length > 0);
  return { version: 1, project, revision, components, deployed, differs };
}

function describeOne({ id, hash, found, health, handedOver }: FoundComponent, now: number): StatusComponent {
  const kind = id.slice(0, id.indexOf(':')) as ComponentKind;
  const nothing = {
    hash: null,
    revision: null,
    deployed: null,
    age: null,
    pending: false,
    drift: [],
    parts: [],
    health: [],
    current: false,
  };
  if (found.state === 'built') throw new Error(`${id} is stored, and does not run`);
  if (found.state === 'elsewhere') return { id, kind, ...nothing, state: 'elsewhere', why: found.who };
  if (found.state !== 'running') {
    const { state, why } = found;
    return { id, kind, ...nothing, state, ...(why === undefined ? {} : { why }) };
  }
  const begun = Date.parse(found.deployed ?? '');
  return {
    id,
    kind,
    state: 'running',
    hash: found.hash,
    revision: found.revision ?? null,
    deployed: found.deployed ?? null,
    age: Number.isNaN(begun) ? null : Math.max(0, Math.round((now - begun) / 1_000)),
    pending: found.pending,
    drift: [...found.drift],
    parts: [...(found.parts ?? [])],
    health,
    current: found.hash !== null && found.hash === hash,
    ...(handedOver ? { handedOver: true as const } : {}),
    ...(hash === undefined ? { why: 'the project no longer has it; `millrace apply` removes it' } : {}),
  };
}
