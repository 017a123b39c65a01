import type { StoredAmi } from '../drivers/ami/stored-amis.ts';
import type { StoredImage } from '../drivers/image/list-stored-images.ts';
import type { ImageRemoval } from '../drivers/image/remove-images.ts';
import type { NodeKeep, NodeReport } from '../drivers/stack/node-keep.ts';
import type { Project } from '../model/project/project.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { LockPlace } from '../ports/lock-place.ts';
import type { RunHost } from '../ports/run-host.ts';
import type { RecentHashes } from './read-recent-hashes.ts';

/** Everything that a prune looks at and removes from. */
export interface PlacesToPrune {
  project: Project;
  clock: Clock;
  host: Pick<RunHost, 'identity' | 'isAlive'>;
  /** @throws UserError WRONG_ACCOUNT */
  checkAccount: () => Promise<void>;
  findLockPlaces: () => Promise<LockPlace[]>;
  readHistory: () => Promise<RecentHashes>;
  /** Every Swarm that the project may have something on. @throws where one is there and cannot be asked */
  findSwarms: () => Promise<PlacedSwarm[]>;
  images: StoredImages;
  /** Undefined where the project is not on AWS. */
  amis?: StoredAmis;
  /** Cleans each node of the Swarms. */
  pruneNodes: (swarms: readonly PlacedSwarm[], keep: NodeKeep, dryRun: boolean) => Promise<NodeReport[]>;
  close: () => Promise<void>;
}

export interface PlacedSwarm {
  /** Name of the infrastructure; undefined: the engine at hand. */
  place: string | undefined;
  engine: Engine;
}

export interface StoredImages {
  /** What references to the project's images begin with. */
  repositories: readonly string[];
  /** Names of images that the registry has, where it tells. */
  list: (images: Iterable<string>) => Promise<StoredImage[]>;
  remove: (removal: Omit<ImageRemoval, 'project'>) => Promise<StoredImage[]>;
  /** Undefined where the registry is somebody else's, who collects its garbage. */
  garbage?: Garbage;
}

export interface Garbage {
  /** Ends what a killed run has left, so that the registry takes orders again. */
  recover: () => Promise<void>;
  /** Before the first removal. */
  mark: () => Promise<void>;
  /** Whether a run that was ended has left some. */
  isMarked: () => Promise<boolean>;
  /** @returns digests of the blobs that are gone; undefined where the registry's stack is not the shipped one */
  collect: () => Promise<Set<string> | undefined>;
}

export interface StoredAmis {
  list: () => Promise<StoredAmi[]>;
  findUsed: () => Promise<Map<string, string>>;
  remove: (removed: readonly StoredAmi[], signal: AbortSignal) => Promise<StoredAmi[]>;
}
