import type { Command as Parser } from 'commander';
import type { Output } from '../report/output.ts';
import type { AskedEarly } from './ask-early.ts';

/** What a command gets: its words, and the world around it. */
export interface Invocation {
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
  /** Absolute path of the repository's root: the nearest folder upwards that holds project.yaml or .git. */
  root: string;
  env: Readonly<Record<string, string | undefined>>;
  output: Output;
  /** What git was asked before the command was loaded; undefined where it was not. */
  asked?: AskedEarly;
}

/** One command of the CLI; each lives in a file of its own, loaded when it is called. */
export interface Command {
  /** Declares arguments, options and at least one example (`addHelpText('after', …)`). */
  declare(parser: Parser): void;
  /** @returns the exit code; throws UserError for what the user can mend. */
  run(invocation: Invocation): Promise<number>;
}
