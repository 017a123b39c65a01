/** A program to be run: data, never a shell's text. */
export interface Command {
  file: string;
  args: readonly string[];
  cwd?: string;
  /** Added to this process's own environment; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** What it reads from its standard input; nothing by default. */
  input?: string | Uint8Array;
}

export interface CommandResult {
  /** Null where a signal ended it. */
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Each line as it comes, without its end. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Ends the program and its children: SIGTERM to its process group, SIGKILL after `graceSeconds`. */
  signal?: AbortSignal;
  /** How long it may clean up after SIGTERM; 10 by default. */
  graceSeconds?: number;
}

/** Starts programs, each in a process group of its own. */
export interface Processes {
  /**
   * Resolves for every exit code.
   * @throws UserError NO_PROGRAM where there is no such program
   */
  run: (command: Command, options?: RunOptions) => Promise<CommandResult>;
}
