import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BadPattern } from '../../generator/hash/ignore/bad-pattern.ts';
import { filterPaths } from '../../generator/hash/ignore/filter-paths.ts';
import { IgnoreMatcher } from '../../generator/hash/ignore/ignore-matcher.ts';
import { IgnoreLineTooLong, readIgnoreFile } from '../../generator/hash/ignore/read-ignore-file.ts';
import type { Answer } from '../hash/ignore/oracle/ask-oracle.ts';
import { askOracle, buildOracle } from '../hash/ignore/oracle/ask-oracle.ts';
import type { Question } from '../hash/ignore/oracle/questions.ts';
import { createRandom, makeQuestion } from '../hash/ignore/oracle/questions.ts';

/** Both are printed with every difference, so that a run can be had again. */
const seed = Number(process.env['IGNORE_ORACLE_SEED'] ?? 20_260_801);
const questionCount = Number(process.env['IGNORE_ORACLE_QUESTIONS'] ?? 50_000);
const batchSize = 10_000;

let directory: string;
let oracle: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'ignore-oracle-'));
  oracle = buildOracle(directory);
}, 300_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Null where Docker is said to refuse the input; any other failure is one of ours. */
function tryDocker<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof BadPattern || error instanceof IgnoreLineTooLong) return null;
    throw error;
  }
}

function answer(question: Question): Answer {
  if (question.kind === 'read') {
    const patterns = tryDocker(() => readIgnoreFile(question.text));
    return patterns === null ? { rejected: true } : { rejected: false, patterns };
  }
  const { kind, patterns, paths } = question;
  const matcher = tryDocker(() => new IgnoreMatcher(patterns));
  if (matcher === null) return { rejected: true };
  const verdicts = kind === 'match' ? match(matcher, paths) : walk(matcher, paths);
  return verdicts === null ? { rejected: true } : { rejected: false, verdicts };
}

function match(matcher: IgnoreMatcher, paths: readonly string[]): string {
  const letters = new Map([[null, 'e'], [true, 'i'], [false, 'k']]); // prettier-ignore
  return paths.map((one) => letters.get(tryDocker(() => matcher.matches(one)))).join('');
}

function walk(matcher: IgnoreMatcher, paths: readonly string[]): string | null {
  const kept = tryDocker(() => new Set(filterPaths(matcher, paths)));
  return kept && paths.map((one) => (kept.has(one) ? 'k' : 'i')).join('');
}

const write = ({ rejected, patterns = [], verdicts = '' }: Answer): string =>
  JSON.stringify({ rejected, patterns, verdicts });

test(`${questionCount} hostile questions get moby's own answers, refusals included`, () => {
  const random = createRandom(seed);
  const tally = { rejected: 0, patterns: 0, i: 0, k: 0, e: 0 };
  const differences: string[] = [];
  for (let asked = 0; asked < questionCount; asked += batchSize) {
    const questions = Array.from({ length: Math.min(batchSize, questionCount - asked) }, () =>
      makeQuestion(random),
    );
    const answers = askOracle(oracle, questions);
    expect(answers).toHaveLength(questions.length);
    for (const [index, question] of questions.entries()) {
      const [expected, found] = [write(answers[index]!), write(answer(question))];
      if (expected !== found)
        differences.push(`seed ${seed}: ${JSON.stringify(question)}\n  moby ${expected}\n  ours ${found}`);
      add(tally, answers[index]!);
    }
  }
  if (process.env['IGNORE_ORACLE_TALLY'])
    console.log(JSON.stringify({ seed, ...tally, different: differences.length }));
  expect(differences.slice(0, 20).join('\n')).toBe('');
  // Questions that mostly end in a refusal, or never in a match, would prove little.
  const cases = tally.i + tally.k + tally.e;
  expect(cases).toBeGreaterThanOrEqual(questionCount);
  for (const part of [tally.i, tally.k]) expect(part / cases).toBeGreaterThan(0.2);
  expect(tally.e).toBeGreaterThan(questionCount / 1000);
  expect(tally.rejected).toBeGreaterThan(questionCount / 100);
}, 1_800_000);

function add(
  tally: { rejected: number; patterns: number; i: number; k: number; e: number },
  answer: Answer,
): void {
  if (answer.rejected) tally.rejected++;
  tally.patterns += answer.patterns?.length ?? 0;
  for (const letter of answer.verdicts ?? '') tally[letter as 'i' | 'k' | 'e']++;
}

test('a line of an ignore file may have 65,535 bytes and no more, as with moby', () => {
  const lengths = [65_534, 65_535, 65_536, 65_537, 131_072];
  const texts = lengths.flatMap((length) =>
    ['', '\n', '\r\n', '\nb'].flatMap((end) => [
      `${'a'.repeat(length)}${end}`,
      `x\n${'é'.repeat(length / 2)}${end}`,
    ]),
  );
  const questions = texts.map((text): Question => ({ kind: 'read', text: Buffer.from(text) }));
  const answers = askOracle(oracle, questions);
  expect(questions.map((question) => answer(question).rejected)).toEqual(
    answers.map(({ rejected }) => rejected),
  );
  expect(new Set(answers.map(({ rejected }) => rejected)).size).toBe(2);
});

test('the bounds of a repetition are those of Go', () => {
  const counts = [
    '{1000}',
    '{1001}',
    '{0,1001}',
    '{1001,}',
    '{500}\\Q\\E{2}',
    '{501}\\Q\\E{2}',
    '{99999999999}',
    '{2,99999999999}',
  ];
  const questions = counts.map((text): Question => ({
    kind: 'match',
    patterns: [`a${text}?`],
    paths: [`${'a'.repeat(1000)}b`],
  }));
  const answers = askOracle(oracle, questions).map(write);
  expect(questions.map((question) => write(answer(question)))).toEqual(answers);
  expect(new Set(answers).size).toBe(2);
});
