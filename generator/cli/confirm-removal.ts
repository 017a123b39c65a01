import { createInterface } from 'node:readline/promises';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import { shorten } from '../model/shorten.ts';

/** Asks a person; undefined where there is none at this end. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** What has to be typed: the account's id, or the project's name where it has no account. */
export interface Expected {
  word: string;
  what: string;
}

/**
 * Whose the credentials are, which must be an account that the project lists.
 * @throws UserError WRONG_ACCOUNT before anything is changed
 */
export async function expectWord(project: Project, account: () => Promise<string>): Promise<Expected> {
  if (!project.aws) return { word: project.project, what: "the project's name" };
  const word = await account();
  if (project.aws.accounts.includes(word)) return { word, what: "the account's id" };
  throw new UserError(
    'WRONG_ACCOUNT',
    `the AWS credentials are of account ${word}, project.yaml allows ${project.aws.accounts.join(', ')}; nothing was changed; ` +
      'set AWS_PROFILE to the right one',
  );
}

/** @throws UserError WRONG_ACCOUNT where an answer was given beforehand that is another one */
export function checkAnswer(answer: string | undefined, { word, what }: Expected): void {
  if (answer === undefined || answer === word) return;
  throw new UserError(
    'WRONG_ACCOUNT',
    `expected ${what}, ${word}, found ${JSON.stringify(shorten(answer, 60))}; nothing was changed; is this what you meant to destroy?`,
  );
}

/**
 * @param answer given beforehand, and checked
 * @throws UserError NOT_CONFIRMED
 */
export async function confirmRemoval(
  answer: string | undefined,
  { word, what }: Expected,
  ask: Ask,
): Promise<void> {
  if (answer === word) return;
  if (!ask)
    throw new UserError(
      'NOT_CONFIRMED',
      `expected ${what} as the answer to what would be destroyed; nothing was changed; if it is meant: --account ${word}`,
    );
  const typed = (await ask(`Type ${what} (${word}) to destroy this: `)).trim();
  if (typed === word) return;
  throw new UserError(
    'NOT_CONFIRMED',
    `expected ${word}, found ${JSON.stringify(shorten(typed, 60))}; nothing was changed`,
  );
}

/** Questions go to stderr, as all that is not the result. */
export function askOnTerminal(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    try {
      return await Promise.race([terminal.question(question), closed]);
    } finally {
      terminal.close();
    }
  };
}
