import type { ComponentId } from '../model/component.ts';

/** Something that was built and is stored under its source hash: a manifest with all of its tags, or a machine image. */
export interface StoredArtifact {
  component: ComponentId;
  /** By which it is removed: the digest of a manifest, the id of an AMI. */
  id: string;
  /** What it is found under: `shop/api:src-…`, an AMI's name. Never empty. */
  names: readonly string[];
  /** Digests of the manifests that an index consists of: who needs one needs it. */
  parts?: readonly string[];
  /** Source hashes that lead to it. */
  hashes: readonly string[];
  /** What is known of how it came to be; several where builds of several hashes gave the same bytes. */
  builds: readonly BuildOf[];
  /** Why it is not the tool's own whole work, where it is not: then it is left alone. */
  strange?: string;
  /** Made for one job: when that is over, nobody can need it. */
  isForOneJob?: boolean;
  /** The newest of its repository: the next build takes its layers. */
  isNewest?: boolean;
}

/** One build, as its record tells. */
export interface BuildOf {
  hash: string;
  /** The commit; undefined where the tree was none's. */
  revision?: string;
  /** Milliseconds since 1970; NaN where nobody says. */
  made: number;
}

/** All that decides what is kept. */
export interface PruneWorld<Artifact extends StoredArtifact = StoredArtifact> {
  /** Milliseconds since 1970. */
  now: number;
  /** How long what nobody can place is kept. */
  days: number;
  stored: readonly Artifact[];
  /** By ids and names: who needs it now, such as `service shop-web_api runs it`. */
  used: ReadonlyMap<string, string>;
  /** Source hashes of the last commits: the newest commit that has it. */
  wanted: ReadonlyMap<string, string>;
  /**
   * The commits of the trusted branch that artifacts were built from, with the source hashes that they have today. A build
   * whose commit or hash is not in here came from another branch, another version of the hashes, or a tree that was not
   * committed.
   */
  lineage: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the last commits, those whose hashes could not be computed. */
  unreadable: readonly string[];
}

export interface Verdict<Artifact extends StoredArtifact = StoredArtifact> {
  artifact: Artifact;
  action: 'keep' | 'remove';
  reason: string;
}
