import type { RunIdentity } from './run-host.ts';

/** Who deploys, and until when it is theirs at least. */
export interface DeployLock extends RunIdentity {
  /** Each holder's is one higher than the one before; by it two who take over a dead one's are told apart. */
  generation: number;
  /** For a person: `alice@laptop (4711)`, or a build's URL. */
  owner: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** The place that is deployed to, as far as it keeps the deploy lock: it makes a name once, whoever asks at the same time. */
export interface LockPlace {
  /** For a person: `EC2 in us-west-1`, `the Swarm of infrastructure:cluster`. */
  readonly name: string;
  /** All generations there are, the highest last. */
  list: () => Promise<DeployLock[]>;
  /** @returns false where somebody else has made this generation */
  make: (lock: DeployLock) => Promise<boolean>;
  /** Says that the holder lives. Fine where it is gone. */
  extend: (lock: DeployLock) => Promise<void>;
  /** Fine where it is gone. */
  remove: (lock: Pick<DeployLock, 'generation'>) => Promise<void>;
}
