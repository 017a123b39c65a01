/** How a run is told to end. */
export interface EndListener {
  /** Fires at the first Ctrl-C, SIGTERM or SIGHUP; at the second the process exits at once. */
  signal: AbortSignal;
  /** From now on signals do again what they always do. */
  stop: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell shows for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** @param note says what goes on, since cleaning up takes its time */
export function listenForEnd(note: (text: string) => void): EndListener {
  const abort = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    // What was started goes with this process.
    if (abort.signal.aborted) process.exit(INTERRUPTED);
    note(`${name}: ending what runs and cleaning up; once more ends at once`);
    abort.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: abort.signal,
    stop: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
