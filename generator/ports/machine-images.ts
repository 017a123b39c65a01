/** An AMI as EC2 has it. */
export interface MachineImage {
  id: string;
  name: string;
  state: string;
  /** ISO 8601. */
  created: string;
  tags: Readonly<Record<string, string>>;
  snapshots: readonly string[];
}

/** Which AMI to start from; a template's `source`. */
export interface SourceFilter {
  owner: string;
  name: string;
  architecture: string;
  virtualization: string;
  rootDevice: string;
}

/** Something in EC2 that carries the project's tag. */
export interface TaggedResource {
  type: 'instance' | 'volume' | 'snapshot' | 'key-pair' | 'security-group' | 'image' | 'network-interface';
  id: string;
  tags: Readonly<Record<string, string>>;
}

/** EC2 and STS, as far as machine images need them. Reads are repeated with jitter when throttled. */
export interface MachineImages {
  /** @returns the account that the credentials belong to; @throws UserError NO_CREDENTIALS */
  account: () => Promise<string>;
  /** The newest AMI that the filter finds, or undefined. */
  findSource: (region: string, filter: SourceFilter) => Promise<MachineImage | undefined>;
  /** All AMIs of one's own with the project's tag or with one of these names, in one call (pages aside). */
  findOwn: (project: string, names: readonly string[]) => Promise<MachineImage[]>;
  /** Everything with the project's tag and a run's, in one call (pages aside). */
  findRunResources: (project: string) => Promise<TaggedResource[]>;
  /** What changes something; each call checks nothing by itself: the account guard comes before. */
  readonly change: MachineImageChanges;
}

export interface MachineImageChanges {
  tag: (ids: readonly string[], tags: Readonly<Record<string, string>>) => Promise<void>;
  /** Deregisters and deletes its snapshots. */
  removeImage: (image: MachineImage) => Promise<void>;
  /** Removes, in an order that works; waits for instances to be terminated. */
  removeResources: (resources: readonly TaggedResource[]) => Promise<void>;
}
