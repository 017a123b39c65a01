import type { LockPlace } from './lock-place.ts';

export type Tags = Readonly<Record<string, string>>;

/** A private network; what an infrastructure is known by. */
export interface CloudNetwork {
  id: string;
  cidr: string;
  tags: Tags;
}

/** A virtual machine, as it is now. */
export interface CloudMachine {
  id: string;
  /** `running`, `stopped`, …; one that is terminated may be shown for a while. */
  state: string;
  image: string;
  type: string;
  subnet: string;
  zone: string;
  /** Ids of its security groups. */
  groups: readonly string[];
  /** Name of its instance profile. */
  profile?: string;
  /** Whether packets that are not for itself are dropped. */
  checksAddresses: boolean;
  /** Of its metadata service: `required, 1 hop`. */
  metadata?: string;
  publicAddress?: string;
  privateAddress?: string;
  /** ISO 8601. */
  launched: string;
  tags: Tags;
}

/** One thing that a security group allows. */
export interface CloudRule {
  direction: 'in' | 'out';
  /** `22`, `tcp 8000-8010`, `udp 4789`, `all`; a TCP port stands alone. */
  what: string;
  /** A network, or the id of a security group or of a list of networks. */
  peer: string;
}

export interface CloudGroup {
  id: string;
  name: string;
  rules: readonly CloudRule[];
  tags: Tags;
}

export interface CloudVolume {
  id: string;
  /** GiB. */
  size: number;
  type: string;
  zone: string;
  encrypted: boolean;
  attachments: readonly { machine: string; device: string }[];
  tags: Tags;
}

export interface CloudRouteTable {
  id: string;
  routes: readonly { destination: string; target: string; state: string }[];
  /** Ids of the subnets that it is for. */
  subnets: readonly string[];
  tags: Tags;
}

/** All that a project's infrastructures consist of, as far as a deploy may differ from what was asked for. */
export interface CloudSweep {
  networks: readonly CloudNetwork[];
  machines: readonly CloudMachine[];
  groups: readonly CloudGroup[];
  volumes: readonly CloudVolume[];
  routeTables: readonly CloudRouteTable[];
}

/** Something that is there and bears a project's tag. */
export interface CloudThing {
  /** `instance`, `volume`, `key pair`, … */
  type: string;
  id: string;
  tags: Tags;
}

/**
 * EC2 and STS in one region, as far as infrastructures need them. Errors are UserErrors of one line, as those of
 * MachineImages; nothing that could not be asked for counts as absent.
 */
export interface CloudResources {
  /** @returns the account that the credentials belong to */
  account: () => Promise<string>;
  /** All of the project's, in a constant number of calls (pages aside). What a bake of a machine image made is left out. */
  sweep: (project: string) => Promise<CloudSweep>;
  /** Everything of any type that bears the project's tag and that EC2 describes now; no terminated machines. */
  findTagged: (project: string) => Promise<CloudThing[]>;
  /** Sets some tags of one thing and takes others away; each only where there is one to set or take. */
  retag: (id: string, set: Tags, remove: readonly string[]) => Promise<void>;
  /** Keeps the deploy lock of a project. */
  lockPlace: (project: string) => LockPlace;
}
