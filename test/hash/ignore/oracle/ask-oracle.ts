import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Question } from './questions.ts';

/** See main.go. */
export interface Answer {
  readonly rejected: boolean;
  readonly patterns?: readonly string[];
  readonly verdicts?: string;
}

/**
 * Builds the Go program beside this file into the directory and gives the path of the binary.
 * @throws Error that says what to do where there is no Go, or no module
 */
export function buildOracle(directory: string): string {
  const binary = path.join(directory, 'ignore-oracle');
  const cwd = import.meta.dirname;
  try {
    execFileSync('go', ['build', '-buildvcs=false', '-trimpath', '-o', binary, '.'], { cwd, stdio: 'pipe' });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT')
      throw new Error('The oracle needs Go, which is not on PATH: run script/setup, or install golang');
    throw new Error(
      `The oracle does not build (it needs the Go module proxy once): ${stderr?.toString().trim()}`,
    );
  }
  return binary;
}

/** One answer a question, in their order. */
export function askOracle(binary: string, questions: readonly Question[]): Answer[] {
  const input = questions.map((question) => `${JSON.stringify(writeQuestion(question))}\n`).join('');
  // Its complaints about bytes that are no UTF-8 go to standard error: plenty of them, and expected.
  const run = spawnSync(binary, { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (run.status !== 0)
    throw new Error(`the oracle ended with ${run.status ?? run.signal}: ${run.stderr.slice(-2000)}`);
  const answers = run.stdout.split('\n').filter(Boolean);
  return answers.map((line) => JSON.parse(line) as Answer);
}

function writeQuestion(question: Question): object {
  return question.kind === 'read'
    ? { kind: 'read', text: Buffer.from(question.text).toString('base64') }
    : question;
}
