/**
 * Lets at most `most` tasks run at once; the others wait in the order in which they came. A task must not wait for
 * another one of the same limit.
 */
export function limitParallel(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // A place is handed on, not given back, where somebody waits for it.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
