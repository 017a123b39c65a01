import type { ComponentId, ComponentKind } from '../model/component.ts';
import type { HashInput } from '../model/component-hash.ts';
import type { InputChange } from '../model/input-change.ts';

export type Action = 'build' | 'deploy' | 'keep' | 'remove';

/** What was made of a source hash and where it is. */
export interface Artifact {
  /** Digest of an image's manifest, id of an AMI. */
  id: string;
  /** How a builder or a person names it: `registry/project/name@sha256:…`, `ami-…`. */
  reference: string;
}

/** The artifact before, by which a reason and a cache are found. */
export interface LastArtifact extends Artifact {
  hash: string;
  /** The commit that it was built from, where that was recorded. */
  revision?: string;
}

/** What one sweep found of one component. */
export type Observation =
  /** Nothing whole is there under this hash; `why` where it is not simply missing (`incomplete`, `host absent`). */
  | { state: 'absent'; why?: string; last?: LastArtifact }
  | { state: 'built'; artifact: Artifact }
  /** Somebody else takes it over from the commit, and nobody is asked whether they have. */
  | { state: 'elsewhere'; who: string }
  /** Something runs. `drift` names what differs from what its hash says; empty where nothing does. */
  | Running;

/** What runs of a component. */
export interface Running {
  state: 'running';
  hash: string | null;
  /** A deploy was begun and not ended. */
  pending: boolean;
  /** What differs from what the hash says, each for a person: `service api: 2 of 3 tasks run`. */
  drift: readonly string[];
  /** The commit that was deployed last. */
  revision?: string;
  /** When that was; ISO 8601. */
  deployed?: string;
  /** What it consists of, for `status`: nodes, services. */
  parts?: readonly RunningPart[];
}

export interface RunningPart {
  /** `node i-0abc`, `service api`. */
  name: string;
  /** One line: `2 of 2 tasks run`, `ready, manager, 198.51.100.7`. */
  state: string;
  hash?: string;
  /** How to reach it by SSH, where that is possible. */
  ssh?: string;
}

export type Observations = ReadonlyMap<ComponentId, Observation>;

export interface PlannedComponent {
  id: ComponentId;
  kind: ComponentKind;
  /** Of this commit; for `remove` of what runs, or null. */
  hash: string | null;
  action: Action;
  /** For a person, one line. */
  reason: string;
  /** Direct parents, content and order alike, sorted. */
  dependsOn: ComponentId[];
  /** Only where something differs and the former inputs could be computed. */
  changes?: InputChange[];
  /** How many further inputs differ; a list of thousands is read by nobody. */
  moreChanges?: number;
  /** What exists already; absent where it is to be built. */
  artifact?: Artifact;
}

/** The plan's document, as `--json` prints it. Components are sorted by id. */
export interface Plan {
  version: 1;
  project: string;
  /** Null where the tree was dirty. */
  revision: string | null;
  components: PlannedComponent[];
  summary: Record<Action, number>;
}

export type { HashInput, InputChange };
