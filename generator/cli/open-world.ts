import { createClock } from '../adapters/clock.ts';
import { describeThisRun } from '../adapters/this-run.ts';
import type { ThisRun } from '../adapters/this-run.ts';
import type { Driver, HashedComponent, ProjectSource } from '../drivers/driver.ts';
import type { ComponentKind } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import type { Observation, Observations } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Jenkinses } from '../ports/jenkins.ts';
import type { Processes } from '../ports/processes.ts';
import type { Invocation } from './command.ts';
import type { GivenSecrets } from './given-secrets.ts';
import type { OpenedCommit } from './open-commit.ts';
import type { Clusters } from './open-cluster-drivers.ts';

export type Drivers = ReadonlyMap<ComponentKind, Driver>;

/** Everything outside that a project's components are found and made in. */
export interface World {
  drivers: Drivers;
  clock: Clock;
  processes: Processes;
  /** How this process marks what it makes. */
  run: ThisRun;
  /** Where Jenkins is a stack of the project. */
  jenkins?: Jenkinses;
  /** Where the project has stacks or infrastructure. */
  clusters?: Pick<Clusters, 'swarms' | 'own'>;
}

/** What the drivers of kinds that need tools are made of. */
export interface WorldSettings extends Omit<World, 'drivers' | 'jenkins' | 'clusters'> {
  project: Project;
  env: Invocation['env'];
  /** Takes what concerns no single component. */
  note: (text: string) => void;
  /** Of the repository; the current folder where undefined. */
  root?: string;
  /** The commit that is looked at, for what is decided by its files. */
  opened?: Pick<OpenedCommit, 'load' | 'loadAt' | 'repository'>;
  /** Values of secrets that people give to this run. */
  secrets?: GivenSecrets;
}

/**
 * A driver for each kind that the project has. What only some kinds need is loaded for these: a project without
 * machine images never sees the AWS clients.
 * @throws UserError INVALID_MIRRORS
 */
export async function openWorld(
  project: Project,
  env: Invocation['env'],
  note: WorldSettings['note'],
  place: Pick<WorldSettings, 'root' | 'opened' | 'secrets'> = {},
): Promise<World> {
  const tools = { clock: createClock(), processes: lazyProcesses(), run: describeThisRun() };
  const settings: WorldSettings = { project, env, note, ...place, ...tools };
  const has = (section: object): boolean => Object.keys(section).length > 0;
  // Also what the project no longer has may run there.
  const clusters =
    has(project.infrastructure) || has(project.stacks) || project.aws !== undefined
      ? import('./open-cluster-drivers.ts').then((one) => one.openClusters(settings))
      : undefined;
  const made = await Promise.all([
    has(project.images) &&
      Promise.all([import('./open-image-driver.ts'), clusters]).then(([one, found]) =>
        one.openImageDriver(settings, found?.own),
      ),
    has(project.amis) && import('./open-ami-driver.ts').then((one) => one.openAmiDriver(settings)),
    clusters?.then(({ drivers }) => drivers),
  ]);
  const drivers = [
    // A Jenkins that is not the project's own; where it is, its driver follows.
    createUnseenDriver('jobs', { state: 'elsewhere', who: "Jenkins' seed job" }),
    ...made.filter((one) => one !== false && one !== undefined).flat(),
  ];
  const found = await clusters;
  return {
    drivers: new Map(drivers.map((driver) => [driver.kind, driver])),
    ...tools,
    ...(found ? { clusters: found } : {}),
    ...(found?.jenkins ? { jenkins: found.jenkins } : {}),
  };
}

/** What starts programs is loaded with the first of them: a plan of images starts none. */
function lazyProcesses(): Processes {
  return {
    run: async (...args) => {
      const { createProcesses } = await import('../adapters/processes.ts');
      return createProcesses().run(...args);
    },
  };
}

/** Of a kind that this version neither looks at nor deploys. */
function createUnseenDriver(kind: ComponentKind, observation: Observation): Driver {
  return {
    kind,
    observe: (components) => Promise.resolve(new Map(components.map(({ id }) => [id, observation]))),
  };
}

/**
 * One sweep of every kind, all kinds at once.
 * @param kinds those to look at besides the components': what runs of them though the project has none
 * @throws what a driver throws: what cannot be seen is not absent
 */
export async function observeAll(
  drivers: Drivers,
  components: readonly HashedComponent[],
  source: Pick<ProjectSource, 'project'>,
  kinds: Iterable<ComponentKind> = [],
): Promise<Observations> {
  const found = await Promise.all(
    [...new Set([...components.map(({ kind }) => kind), ...kinds])].map((kind) => {
      const driver = drivers.get(kind);
      if (!driver) throw new Error(`there is no driver for ${kind}`);
      return driver.observe(
        components.filter((component) => component.kind === kind),
        source,
      );
    }),
  );
  return new Map(found.flatMap((observations) => [...observations]));
}
