import type { Clock } from '../../generator/ports/clock.ts';

/** A clock on which time passes only while somebody sleeps, and then at once. */
export function createHurriedClock(now = Date.parse('2030-01-01T00:00:00Z')): Clock {
  return {
    now: () => now,
    sleep: async (milliseconds, signal) => {
      // Others get their turn, as in a sleep.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw new Error('aborted');
      now += milliseconds;
    },
  };
}
