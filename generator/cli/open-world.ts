import { createClock } from '../adapters/clock.ts';
import { describeThisRun } from '../adapters/this-run.ts';
import type { ThisRun } from '../adapters/this-run.ts';
import type { Driver, HashedComponent, ProjectSource } from '../drivers/driver.ts';
import type { ComponentKind } from '../model/component.ts';
import type { Project } from '../model/project/project.ts';
import type { Observation, Observations } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Processes } from '../ports/processes.ts';
import type { Invocation } from './command.ts';

export type Drivers = ReadonlyMap<ComponentKind, Driver>;

/** Everything outside that a project's components are found and made in. */
export interface World {
  drivers: Drivers;
  clock: Clock;
  processes: Processes;
  /** How this process marks what it makes. */
  run: ThisRun;
}

/**
 * A driver for each kind that the project has. What only some kinds need is loaded for these: a project without
 * machine images never sees the AWS clients.
 * @param note takes what concerns no single component
 * @throws UserError INVALID_MIRRORS
 */
export async function openWorld(
  project: Project,
  env: Invocation['env'],
  note: (text: string) => void,
): Promise<World> {
  const tools = { clock: createClock(), processes: lazyProcesses(), run: describeThisRun() };
  const settings = { project, env, note, ...tools };
  const has = (section: object): boolean => Object.keys(section).length > 0;
  const made = await Promise.all([
    has(project.images) && import('./open-image-driver.ts').then((one) => one.openImageDriver(settings)),
    has(project.amis) && import('./open-ami-driver.ts').then((one) => one.openAmiDriver(settings)),
  ]);
  const drivers = [
    ...made.filter((driver) => driver !== false),
    ...(['infrastructure', 'stack'] as const).map((kind) => createUnseenDriver(kind, UNSEEN)),
    createUnseenDriver('jobs', { state: 'elsewhere', who: "Jenkins' seed job" }),
  ];
  return { drivers: new Map(drivers.map((driver) => [driver.kind, driver])), ...tools };
}

/** What the drivers of kinds that need tools are made of. */
export interface WorldSettings extends Omit<World, 'drivers'> {
  project: Project;
  env: Invocation['env'];
  note: (text: string) => void;
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

const UNSEEN: Observation = { state: 'absent', why: 'this version of millrace does not look at what runs' };

/** Of a kind that this version neither looks at nor deploys: it is never said to run. */
function createUnseenDriver(kind: ComponentKind, observation: Observation): Driver {
  return {
    kind,
    observe: (components) => Promise.resolve(new Map(components.map(({ id }) => [id, observation]))),
  };
}

/** One sweep of every kind, all kinds at once. @throws what a driver throws: what cannot be seen is not absent */
export async function observeAll(
  drivers: Drivers,
  components: readonly HashedComponent[],
  source: Pick<ProjectSource, 'project'>,
): Promise<Observations> {
  const kinds = [...new Set(components.map(({ kind }) => kind))];
  const found = await Promise.all(
    kinds.map((kind) => {
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
