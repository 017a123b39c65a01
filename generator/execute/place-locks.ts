import type { LockPlace } from '../ports/lock-place.ts';
import { holdDeployLock } from './deploy-lock.ts';
import type { HeldLock, LockTools } from './lock-tools.ts';

/** The deploy locks of one run: one a place, shared by all of its tasks there. */
export interface PlaceLocks {
  /**
   * Takes the place's lock, unless this run has it.
   * @param user for whom; until all of a place's users have released, it is held
   * @returns fires when it is lost
   * @throws UserError DEPLOY_LOCKED, INTERRUPTED, and what the place throws
   */
  hold: (place: LockPlace, user: string) => Promise<AbortSignal>;
  /** Lets go of the places that nobody else of this run uses. Never throws. */
  release: (user: string) => Promise<void>;
  /** Lets go of all. Never throws. */
  releaseAll: () => Promise<void>;
}

export function openPlaceLocks(tools: LockTools): PlaceLocks {
  const places = new Map<string, { held: Promise<HeldLock>; users: Set<string> }>();
  const drop = async (name: string): Promise<void> => {
    const held = places.get(name)?.held;
    places.delete(name);
    // What could not be taken is not to be released.
    await held?.then(
      ({ release }) => release(),
      () => undefined,
    );
  };
  return {
    hold: async (place, user) => {
      const known = places.get(place.name) ?? { held: holdDeployLock(place, tools), users: new Set() };
      known.users.add(user);
      places.set(place.name, known);
      return (await known.held).signal;
    },
    release: async (user) => {
      for (const [name, { users }] of [...places]) {
        users.delete(user);
        if (users.size === 0) await drop(name);
      }
    },
    releaseAll: async () => {
      for (const name of [...places.keys()]) await drop(name);
    },
  };
}
