import type { Component, ComponentGraph, ComponentId, ComponentKind } from '../model/component.ts';
import type { CommitFiles, TreeEntry } from '../model/commit-files.ts';
import type { ComponentHash } from '../model/component-hash.ts';
import type { Lock } from '../model/lock.ts';
import type { Project } from '../model/project/project.ts';
import type { Artifact, Observation, Observations } from '../plan/plan.ts';
import type { LockPlace } from '../ports/lock-place.ts';

/** One commit of a project: all that hashes are computed from. */
export interface ProjectSource {
  project: Project;
  graph: ComponentGraph;
  lock: Lock;
  files: CommitFiles;
}

/** A component with its hash, as observing and building need it. */
export interface HashedComponent extends Component, Pick<ComponentHash, 'hash'> {}

/** What one task of a run gets. */
export interface TaskContext {
  source: ProjectSource;
  /** Artifacts of the parents: those that were there, and those that this run has made. */
  artifacts: ReadonlyMap<ComponentId, Artifact>;
  observation: Observation;
  /** An empty folder of this task's own; removed afterwards. */
  folder: string;
  /** Makes exactly these files in a new folder below `folder`. @returns its absolute path */
  exportFiles: (name: string, entries: readonly TreeEntry[]) => Promise<string>;
  phase: (text: string) => void;
  log: (line: string) => void;
  /** Fires on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
}

/** What taking one component away gets. */
export interface RemovalContext extends Omit<TaskContext, 'artifacts'> {
  /** What is to stay, of `data` (volumes with the project's data) and `amis`. */
  keep: ReadonlySet<'data' | 'amis'>;
}

/**
 * One kind of component, towards the world: through ports that the driver was made with. What decides its content is
 * pure and stands beside it (`inputs.ts`, the table in `inputs-of.ts`): a plan of a known commit needs none of that.
 * What a driver throws as UserError fails the component; anything else is a bug.
 */
export interface Driver {
  readonly kind: ComponentKind;
  /** How many may be built at once, at most; the run's own limit where undefined. */
  readonly maxParallel?: number;
  /** One sweep for all components of the kind; the number of calls does not grow with them where the place allows. */
  observe: (
    components: readonly HashedComponent[],
    source: Pick<ProjectSource, 'project'>,
  ) => Promise<Observations>;
  /** Something of the kind will be built soon: what takes a while to be looked up is begun. Fails nothing, makes nothing. */
  expectBuilds?: () => void;
  build?: (component: HashedComponent, task: TaskContext) => Promise<Artifact>;
  deploy?: (component: HashedComponent, task: TaskContext) => Promise<void>;
  /**
   * Takes away all that runs or is stored of a component, from every half-made state, one that the project no longer has
   * included. Fine where nothing is there.
   */
  remove?: (id: ComponentId, task: RemovalContext) => Promise<void>;
  /**
   * Where deploys of a component are held apart from other runs' deploys; undefined where its place is not there yet (who
   * makes the place holds a lock of its own), or where it needs none.
   */
  findLockPlace?: (id: ComponentId, source: Pick<ProjectSource, 'project'>) => Promise<LockPlace | undefined>;
  /**
   * Components that the project no longer has and of which anything is left, though nothing runs any more: for `destroy`.
   * @param keep what of it is to stay, and so does not count
   */
  findFormer?: (
    source: Pick<ProjectSource, 'project'>,
    keep: RemovalContext['keep'],
  ) => Promise<ComponentId[]>;
  /**
   * What bears the project's tag in the place of this kind: `instance i-…`, sorted; the proof at the end of `destroy`.
   * @param miss told what could not be looked for: `roles: why`; without it that is an error
   */
  listLeft?: (source: Pick<ProjectSource, 'project'>, miss?: (what: string) => void) => Promise<string[]>;
  /**
   * Once a run, after the account guard and before the first task: sweeps what dead runs left, and looks whether what
   * building needs is there.
   * @param touched those of the components that will be built or deployed
   */
  prepare?: (
    components: readonly HashedComponent[],
    source: ProjectSource,
    touched: readonly HashedComponent[],
  ) => Promise<void>;
  /** Once a run that was prepared, after its last task, however that ended: takes away what only the run needed. */
  finish?: () => Promise<void>;
}
