/** How long what a run makes is its own without a word from it. */
export const LEASE_MILLISECONDS = 30 * 60_000;

/** Who made something, and until when it is theirs at least. */
export interface Lease {
  /** Random, one for each process. */
  run: string;
  /** Which boot of which machine. */
  boot: string;
  /** The process, in a form that is not used twice on one boot. */
  pid: string;
  /** The machine, across its boots; absent where it cannot be told from its copies. */
  host?: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** What is known of this machine when a lease is judged. */
export interface Here {
  boot: string;
  host?: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Whether a process of this boot is alive; undefined where it cannot be seen. */
  isAlive: (pid: string) => boolean | undefined;
}

/**
 * Dead: expired, or its process is gone from this boot, or its machine has been started anew since. A process that
 * cannot be seen from here may be alive until the lease expires.
 */
export function isDead(lease: Lease, here: Here): boolean {
  if (here.now > lease.expires) return true;
  if (lease.boot === here.boot) return here.isAlive(lease.pid) === false;
  return lease.host !== undefined && lease.host === here.host;
}
