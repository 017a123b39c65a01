import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createRedaction } from '../drivers/infrastructure/playbook-environment.ts';
import { shorten } from '../model/shorten.ts';
import { cleanLine } from '../report/clean-line.ts';
import type { Output } from '../report/output.ts';
import type { Invocation } from './command.ts';

/** What fits into a message that somebody reads on a telephone. */
const MOST_LINES = 30;
const MOST_CHARACTERS = 200;
/** Which component and why; after these the last lines count, as in every log. */
const FIRST_LINES = 5;

/** What a pipeline tells people of a run that failed: it names a file for it by `MILLRACE_FAILURE`. */
export interface FailureNote {
  /** As the given one, and remembers what went wrong. */
  output: Output;
  /** Writes the file where the run failed. A file that cannot be written fails nothing. */
  end: (exitCode: number) => void;
}

/** A file of a run before goes first: it is always about the last command. */
export function openFailureNote(output: Output, file: string, env: Invocation['env']): FailureNote {
  const texts: string[] = [];
  attempt(() => rmSync(file, { force: true }));
  return {
    output: {
      ...output,
      warn: (text) => {
        texts.push(text);
        output.warn(text);
      },
      tell: (text) => void texts.push(text),
    },
    end: (exitCode) => {
      if (exitCode === 0 || texts.length === 0) return;
      attempt(() => {
        mkdirSync(dirname(file), { recursive: true });
        // Jenkins masks its credentials in logs, and in nothing that is sent.
        writeFileSync(file, cut(createRedaction(env)(texts.join('\n')).split('\n')));
      });
    },
  };
}

function cut(lines: readonly string[]): string {
  const left = lines.length - MOST_LINES;
  const kept =
    left <= 0
      ? lines
      : [...lines.slice(0, FIRST_LINES), `… ${left} more lines …`, ...lines.slice(FIRST_LINES - MOST_LINES)];
  return kept.map((line) => `${shorten(cleanLine(line), MOST_CHARACTERS)}\n`).join('');
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The run itself counts; its log says the same.
  }
}
