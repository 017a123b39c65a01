import type { ComponentId, ComponentKind } from '../model/component.ts';
import { componentId } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { Observation, Observations, Plan, PlannedComponent } from '../plan/plan.ts';
import { chooseComponents } from './choose-components.ts';

/** What can be left standing. */
export type Kept = 'data' | 'amis';

/** In the order in which they are taken away. */
export const REMOVABLE: readonly ComponentKind[] = ['stack', 'infrastructure', 'ami'];

interface RemovalRequest {
  project: Project;
  revision: string | null;
  /** What was found; of what the project no longer has, too. */
  observations: Observations;
  /** What the project no longer has and of which something is left, whether it was observed or not. */
  former: readonly ComponentId[];
  /** Exactly these; everything where empty. */
  ids: readonly string[];
  keep: ReadonlySet<Kept>;
}

/**
 * What is taken away, each after what stands on it. What was not found is in it all the same: a half-made thing need not
 * be seen as what it was to become.
 * @throws UserError NO_COMPONENT, NOT_DESTROYABLE
 */
export function planRemoval({ project, revision, observations, former, ids, keep }: RemovalRequest): Plan {
  refuseStored(ids);
  const own = [
    ...Object.keys(project.stacks).map((name) => componentId('stack', name)),
    ...Object.keys(project.infrastructure).map((name) => componentId('infrastructure', name)),
    ...Object.keys(project.amis).map((name) => componentId('ami', name)),
  ];
  const isThere = ([, { state }]: [ComponentId, Observation]): boolean =>
    state === 'running' || state === 'built';
  const found = [...observations].filter(isThere).map(([id]) => id);
  const known = new Map([...own, ...found, ...former].map((id) => [id, id]));
  const chosen = [...chooseComponents(known, ids).keys()].filter(
    (id) => REMOVABLE.includes(kindOf(id)) && !(keep.has('amis') && kindOf(id) === 'ami'),
  );
  const components = chosen.sort().map((id): PlannedComponent => {
    const observation = observations.get(id);
    return {
      id,
      kind: kindOf(id),
      hash: observation?.state === 'running' ? observation.hash : null,
      action: 'remove',
      reason: describe(id, observation, own),
      dependsOn: underneath(kindOf(id), chosen),
    };
  });
  const summary = { build: 0, deploy: 0, keep: 0, remove: components.length };
  return { version: 1, project: project.project, revision, components, summary };
}

/** All that may carry it: a stack may have run on any infrastructure, and machines come from any image. */
function underneath(kind: ComponentKind, chosen: readonly ComponentId[]): ComponentId[] {
  const below = REMOVABLE[REMOVABLE.indexOf(kind) + 1];
  return chosen.filter((id) => kindOf(id) === below);
}

function describe(
  id: ComponentId,
  observation: Observation | undefined,
  own: readonly ComponentId[],
): string {
  const gone = own.includes(id) ? '' : '; the project no longer has it';
  if (observation?.state === 'running') {
    const parts = observation.parts?.length ?? 0;
    return `runs${parts === 0 ? '' : `, ${parts} ${parts === 1 ? 'part' : 'parts'}`}${gone}`;
  }
  if (kindOf(id) === 'ami') return `all images of it, with their snapshots${gone}`;
  return gone === ''
    ? 'does not run; what may be left of it goes'
    : 'the project no longer has it; what is left of it goes';
}

function refuseStored(ids: readonly string[]): void {
  const stored = ids.find((id) => id.startsWith('image:') || id.startsWith('jobs:'));
  if (stored === undefined) return;
  throw new UserError(
    'NOT_DESTROYABLE',
    `${stored} is not deployed by millrace, so that there is nothing to destroy; expected stack:…, infrastructure:… or ami:…`,
  );
}

function kindOf(id: ComponentId): ComponentKind {
  return id.slice(0, id.indexOf(':')) as ComponentKind;
}
