import type { Here } from '../model/lease.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunHost } from '../ports/run-host.ts';

/** What holding a deploy lock takes. */
export interface LockTools {
  host: Pick<RunHost, 'identity' | 'isAlive'>;
  clock: Clock;
  /** For others who wait: `alice@laptop (4711), since 08:46 UTC`, or a build's URL. */
  owner: string;
  note: (text: string) => void;
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Milliseconds that another run's deploy is waited for; a quarter of an hour by default. */
  wait?: number;
}

export interface HeldLock {
  /** Lets the next one in; never throws. */
  release: () => Promise<void>;
  /** Fires when the lock was lost: somebody removed it, or it could not be extended in time. Its reason is a UserError. */
  signal: AbortSignal;
}

/** How long a lock is its holder's without a word: the longest that anybody waits for a machine that has vanished. */
export const DEPLOY_LEASE_MILLISECONDS = 10 * 60_000;

export function hereOf({ host, clock }: Pick<LockTools, 'host' | 'clock'>): Here {
  const { boot, host: machine } = host.identity();
  return {
    boot,
    now: clock.now(),
    isAlive: host.isAlive,
    ...(machine === undefined ? {} : { host: machine }),
  };
}
