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

/** A key pair made for one run. */
export interface RunKey {
  name: string;
  /** PEM; a secret. */
  privateKey: string;
}

/** A security group for one run: who may open SSH. */
export interface RunGroupRequest {
  name: string;
  port: number;
  /** CIDRs, IPv4 or IPv6. */
  sources: readonly string[];
  /** Where the machine will be; the default network where undefined. */
  subnet?: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * EC2 and STS in one region, as far as machine images need them. Calls are repeated with jitter when throttled or cut
 * off; what cannot be mended ends as a UserError of one line: NO_CREDENTIALS, CREDENTIALS_REFUSED, AWS_DENIED (names
 * the action), AWS_UNREACHABLE, AWS_THROTTLED, AWS_FAILED.
 */
export interface MachineImages {
  /** @returns the account that the credentials belong to */
  account: () => Promise<string>;
  /** The newest AMI that the filter finds, or undefined. */
  findSource: (filter: SourceFilter) => Promise<MachineImage | undefined>;
  /** All AMIs of one's own with the project's tag or with one of these names, in one call (pages aside). */
  findOwn: (project: string, names: readonly string[]) => Promise<MachineImage[]>;
  /** Everything with a run's tag, of all projects, in one call (pages aside); what is gone may be named for a while. */
  findRunResources: () => Promise<TaggedResource[]>;
  /** Those that exist: machines that are not terminated, the rest that EC2 describes. One call a type. */
  findExisting: (resources: readonly TaggedResource[]) => Promise<TaggedResource[]>;
  /** What changes something; each call checks nothing by itself: the account guard comes before. */
  readonly change: MachineImageChanges;
}

/** Each may be repeated: what is gone already counts as removed, what is there already as made. */
export interface MachineImageChanges {
  tag: (ids: readonly string[], tags: Readonly<Record<string, string>>) => Promise<void>;
  /** Deregisters and deletes its snapshots; they are tagged before, so that a kill in between loses none. */
  removeImage: (image: MachineImage, tags: Readonly<Record<string, string>>) => Promise<void>;
  /** Removes, in an order that works; waits for machines to be terminated. */
  removeResources: (resources: readonly TaggedResource[]) => Promise<void>;
  /** An ed25519 key: RSA ones of old SSH libraries are refused by a current sshd. */
  makeKey: (name: string, tags: Readonly<Record<string, string>>) => Promise<RunKey>;
  /** @returns its id */
  makeGroup: (request: RunGroupRequest) => Promise<string>;
}
