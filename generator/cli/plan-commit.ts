import type { HashedComponent } from '../drivers/driver.ts';
import { componentId } from '../model/component.ts';
import type { ComponentId } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import type { Observations, Plan } from '../plan/plan.ts';
import { planProject } from '../plan/plan-project.ts';
import type { Invocation } from './command.ts';
import type { LastState } from './explain-change.ts';
import { forgiveJenkins } from './forgive-jenkins.ts';
import { lastStateOf } from './last-state.ts';
import type { CommitSummary } from './memo-summary.ts';
import type { OpenedCommit } from './open-commit.ts';
import { observeAll } from './open-world.ts';
import type { Drivers } from './open-world.ts';
import { refuseVersion } from './refuse-version.ts';

/** A plan, and what it was made of: carrying it out needs that again. */
export interface PlannedCommit {
  plan: Plan;
  components: ReadonlyMap<ComponentId, HashedComponent>;
  observations: Observations;
}

interface PlanSettings {
  drivers: Drivers;
  env: Invocation['env'];
  only?: readonly string[];
  /**
   * The plan will be carried out: what is not there will be built. It is shown to nobody, so what has changed since the
   * last build, which only words the reasons, is not looked up in git.
   */
  builds?: boolean;
}

/**
 * @param only exactly these; everything where undefined, but what runs where the job only verifies: it has no
 * credentials to look there
 * @throws UserError OTHER_VERSION, NO_COMPONENT, UNPINNED, and what the drivers throw
 */
export async function planCommit(
  opened: OpenedCommit,
  { drivers, env, only, builds = false }: PlanSettings,
): Promise<PlannedCommit> {
  const { summary } = opened;
  const { project, graph, hashes } = summary;
  refuseVersion(project);
  const components = joinHashes(summary);
  const chosen = only ?? (env['MILLRACE_ROLE'] === 'verify' ? verifiedIds(summary) : undefined);
  // What the project no longer has is only told by its place.
  const kinds = chosen?.every((id) => components.has(id as ComponentId)) ? [] : drivers.keys();
  const looking = forgiveJenkins(drivers);
  const observations = await observeAll(looking.drivers, chooseObserved(components, chosen), summary, kinds);
  if (builds) expectBuilds(components, observations, drivers);
  const changes = builds
    ? undefined
    : await (await import('./find-changes.ts')).findChanges(observations, opened);
  const plan = planProject({
    project: project.project,
    revision: opened.revision,
    graph,
    hashes,
    observations,
    recreated: findRecreated(project),
    ...(changes ? { changes } : {}),
    ...(chosen ? { only: chosen } : {}),
  });
  looking.judge(plan);
  return { plan, components, observations };
}

function findRecreated({ infrastructure }: Pick<Project, 'infrastructure'>): Set<ComponentId> {
  const names = Object.keys(infrastructure).filter((name) => infrastructure[name]!.replace === 'recreate');
  return new Set(names.map((name) => componentId('infrastructure', name)));
}

function expectBuilds(
  components: PlannedCommit['components'],
  observations: Observations,
  drivers: Drivers,
): void {
  const absent = [...components.values()].filter(({ id }) => observations.get(id)?.state === 'absent');
  for (const kind of new Set(absent.map((component) => component.kind))) drivers.get(kind)?.expectBuilds?.();
}

/** What exists or runs of one component. */
export async function observeComponent(
  id: ComponentId,
  { summary }: Pick<OpenedCommit, 'summary'>,
  drivers: Drivers,
): Promise<LastState | undefined> {
  const component = joinHashes(summary).get(id)!;
  const observations = await observeAll(drivers, [component], summary);
  return lastStateOf(observations.get(id), component.hash);
}

function joinHashes({ graph, hashes }: CommitSummary): Map<ComponentId, HashedComponent> {
  return new Map([...graph].map(([id, component]) => [id, { ...component, ...hashes.get(id)! }]));
}

/** What a branch's job may look at: images. To see anything else takes credentials that no branch has. */
function verifiedIds({ graph }: CommitSummary): ComponentId[] {
  return [...graph.values()].filter(({ kind }) => kind === 'image').map(({ id }) => id);
}

/** Those that are planned, and the parents whose artifacts they are made of. */
function chooseObserved(
  components: ReadonlyMap<ComponentId, HashedComponent>,
  only: readonly string[] | undefined,
): HashedComponent[] {
  const all = [...components.values()];
  if (!only) return all;
  const wanted = new Set<string>(only);
  for (const { id, content } of all) if (only.includes(id)) for (const parent of content) wanted.add(parent);
  return all.filter(({ id }) => wanted.has(id));
}
