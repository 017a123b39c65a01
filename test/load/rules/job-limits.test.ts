import { expect, test } from '@jest/globals';
import { problemsOf } from '../repository.ts';

/** What is wrong with one entry of `jobs:` on line 2. */
function problemOf(job: string): string[] {
  return problemsOf(`project: shop\njobs: { a: ${job} }\n`);
}
const STEPS = 'steps: [ { sh: ./x.sh } ]';

test('an empty value of a variable is refused: Jenkins would unset it', () => {
  expect(problemOf(`{ environment: { DEBUG: "" }, ${STEPS} }`)).toEqual([
    'project.yaml:2:36  jobs.a.environment.DEBUG: is empty, and Jenkins takes an empty value for no variable at all; leave it out',
  ]);
});

test('the default of a choice is one of its choices', () => {
  const parameter = (value: string): string =>
    `{ parameters: { LEVEL: { type: choice, choices: [low, high], default: ${value} } }, ${STEPS} }`;
  expect(problemOf(parameter('high'))).toEqual([]);
  expect(problemOf(parameter('hihg'))[0]).toMatch(
    /jobs\.a\.parameters\.LEVEL\.default: expected one of the choices, found "hihg"; did you mean "high"\?$/,
  );
});

test('steps and variables together stay within what one pipeline holds', () => {
  const steps = (count: number): string =>
    `steps: [ ${Array.from({ length: count }, () => '{ sh: x }').join(', ')} ]`;
  const variables = `environment: { ${Array.from({ length: 50 }, (_, n) => `V${n}: 1`).join(', ')} }`;
  expect(problemOf(`{ ${variables}, ${steps(20)} }`)).toEqual([]);
  expect(problemOf(`{ ${variables}, ${steps(21)} }`)[0]).toContain(
    'its steps hold 1050 variables together; expected at most 1000',
  );
});

test('a value that is too long only once `for` is filled in is found', () => {
  const long = 'x'.repeat(15_000);
  const problems = problemOf(
    `{ template: "a-{n}", for: { n: [1], v: [ "${long}" ] }, environment: { A: "{v}{v}" }, ${STEPS} }`,
  );
  expect(problems[0]).toMatch(
    /jobs\.a\.environment: in "a-1": expected at most 20000 characters, found 30000/,
  );
});
