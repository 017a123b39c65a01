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

test('so is one of a step, in the first job that has it', () => {
  const environment = '{ A: "{v}{v}" }';
  const problems = problemOf(
    `{ template: "a-{v}", for: { v: [ b, "${'x'.repeat(15_000)}" ] }, steps: [ { sh: x, environment: ${environment} } ] }`,
  );
  expect(problems.filter((line) => line.includes('environment'))[0]).toMatch(
    /jobs\.a\.environment: in ".*": expected at most 20000 characters, found 30000/,
  );
});

test.each([
  ['drift', 'add a stack or an infrastructure'],
  ['backup', 'add backup: { to: … }'],
])('run: %s needs something to work on', (run, hint) => {
  expect(problemOf(`{ run: ${run} }`)).toEqual([
    `project.yaml:2:19  jobs.a.run: there is nothing for ${run} to work on; ${hint}`,
  ]);
});

test('run: backup is accepted where there is a place to back up to', () => {
  expect(problemsOf('project: shop\nbackup: { to: s3://b }\njobs: { a: { run: backup } }\n')).toEqual([]);
});

test('a field that an operation would ignore is refused', () => {
  expect(problemOf('{ run: prune, retry: 3, agent: big, schedule: "H 3 * * *" }')).toEqual([
    'project.yaml:2:26  jobs.a.retry: has no meaning beside run: prune; that pipeline takes description, schedule, run, timeout, disabled',
    'project.yaml:2:36  jobs.a.agent: has no meaning beside run: prune; that pipeline takes description, schedule, run, timeout, disabled',
  ]);
});

test('an entry named like an operation, with arguments, would be a second job of that name', () => {
  expect(problemsOf('project: shop\njobs: { prune: { run: prune --dry-run } }\n')[0]).toContain(
    'has the same name in Jenkins as an operation of every project',
  );
});

test('schedule and label of one entry are both reported', () => {
  const problems = problemOf(`{ schedule: "61 * * * *", agent: "a &&", ${STEPS} }`);
  expect(problems.map((line) => /jobs\.a\.(\w+)/.exec(line)?.[1])).toEqual(['schedule', 'agent']);
});

test('choices together stay within what one Job DSL block holds', () => {
  const choices = Array.from({ length: 200 }, (_, n) => `c${n}`).join(', ');
  const parameters = (count: number): string =>
    Array.from({ length: count }, (_, n) => `P${n}: { type: choice, choices: [${choices}] }`).join(', ');
  expect(problemOf(`{ parameters: { ${parameters(10)} }, ${STEPS} }`)).toEqual([]);
  expect(problemOf(`{ parameters: { ${parameters(11)} }, ${STEPS} }`)[0]).toContain(
    'offers 2200 choices together; expected at most 2000',
  );
});
