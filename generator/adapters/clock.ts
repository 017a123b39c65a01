import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

export function createClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (milliseconds, signal) => wait(milliseconds, undefined, signal === undefined ? {} : { signal }),
  };
}
