import type { DeployLock, LockPlace } from '../../generator/ports/lock-place.ts';

/** A stand-in of a place that keeps the deploy lock, in memory; faults and delays are set from outside. */
export interface MemoryPlace extends LockPlace {
  locks: DeployLock[];
  /** What was asked for, in order: `list`, `make 1`, `extend 1`, `remove 1`. */
  calls: string[];
  /** Called before each call; may throw or wait. */
  onCall: (call: string) => Promise<void> | void;
  /** How many of the next lists show what there was before the last `make`. */
  stale: number;
}

export function createMemoryPlace(name = 'the place'): MemoryPlace {
  let before: DeployLock[] = [];
  const called = async (call: string): Promise<void> => {
    place.calls.push(call);
    await place.onCall(call);
  };
  const place: MemoryPlace = {
    name,
    locks: [],
    calls: [],
    onCall: () => undefined,
    stale: 0,
    list: async () => {
      await called('list');
      if (place.stale > 0) {
        place.stale--;
        return before;
      }
      return place.locks.map((lock) => ({ ...lock }));
    },
    make: async (lock) => {
      await called(`make ${lock.generation}`);
      if (place.locks.some(({ generation }) => generation === lock.generation)) return false;
      before = [...place.locks];
      place.locks = [...place.locks, { ...lock }].sort((a, b) => a.generation - b.generation);
      return true;
    },
    extend: async (lock) => {
      await called(`extend ${lock.generation}`);
      const isIt = ({ run, generation }: DeployLock): boolean =>
        run === lock.run && generation === lock.generation;
      place.locks = place.locks.map((one) => (isIt(one) ? { ...lock } : one));
    },
    remove: async ({ generation }) => {
      await called(`remove ${generation}`);
      place.locks = place.locks.filter((one) => one.generation !== generation);
    },
  };
  return place;
}
