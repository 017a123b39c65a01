import type { Clock } from '../../generator/ports/clock.ts';

/** A clock whose sleepers wake when it is told to go on; until then its time stands. */
export interface JumpingClock extends Clock {
  /** Goes on by so much, waking sleepers in their order, each with time to do its work. */
  advance: (milliseconds: number) => Promise<void>;
}

export function createJumpingClock(now = Date.parse('2030-01-01T00:00:00Z')): JumpingClock {
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  };
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new Error('aborted'));
        const onAbort = (): void => {
          if (sleepers.delete(sleeper)) reject(new Error('aborted'));
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { at: now + milliseconds, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort);
      }),
    advance: async (milliseconds) => {
      const until = now + milliseconds;
      for (;;) {
        await settle();
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > until) break;
        now = Math.max(now, next.at);
        sleepers.delete(next);
        next.wake();
      }
      now = until;
      await settle();
    },
  };
}
