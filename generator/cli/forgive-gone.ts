import type { Driver } from '../drivers/driver.ts';
import type { ComponentId } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';

/**
 * A driver for what stands on infrastructure that is taken away as well: where that does not answer any more, nothing is
 * left to be done there.
 * @param goesAnyway whether what carries a component goes, too
 */
export function forgiveGone(driver: Driver, goesAnyway: (id: ComponentId) => boolean): Driver {
  const { remove, findLockPlace } = driver;
  return {
    ...driver,
    // Of several places one that does not answer hides the others: then nothing is known of any.
    observe: (components, source) =>
      driver.observe(components, source).catch((error: unknown) => {
        if (components.every(({ id }) => goesAnyway(id)) && isGone(error)) return new Map();
        throw error;
      }),
    ...(findLockPlace && {
      findLockPlace: (id, source) =>
        findLockPlace(id, source).catch((error: unknown) => {
          if (goesAnyway(id) && isGone(error)) return undefined;
          throw error;
        }),
    }),
    ...(remove && {
      remove: async (id, task) => {
        try {
          await remove(id, task);
        } catch (error) {
          if (!goesAnyway(id) || !isGone(error)) throw error;
          task.log(`${error.message}: it goes with what carries it`);
        }
      },
    }),
  };
}

export function isGone(error: unknown): error is UserError {
  return error instanceof UserError && GONE.includes(error.code);
}

const GONE: readonly string[] = ['SWARM_UNREACHABLE', 'ENGINE_UNREACHABLE', 'NO_SWARM'];
