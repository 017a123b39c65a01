/** Time and waiting; a fake of it makes tests quick and repeatable. */
export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Ends early, by rejecting, where the signal fires. */
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}
