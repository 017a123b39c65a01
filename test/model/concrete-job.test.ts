import { describe, expect, test } from '@jest/globals';
import { countJobs, expandJob, fillText, holdsVariable } from '../../generator/model/concrete-job.ts';
import { Job } from '../../generator/model/project/job.ts';

const job = (fields: object): Job => Job.parse({ steps: [{ sh: 'x' }], ...fields });

test('an entry without a template is one job, with the defaults', () => {
  expect(expandJob('nightly', job({}))).toEqual([
    {
      name: 'nightly',
      entry: 'nightly',
      description: '',
      steps: [{ sh: 'x' }],
      environment: {},
      parameters: {},
      agent: 'build',
      timeout: '1h',
      artifacts: [],
      junit: [],
      disabled: false,
    },
  ]);
  expect(expandJob('a', Job.parse({ run: ' prune  --dry-run ' }))[0]).toMatchObject({
    run: ['prune', '--dry-run'],
    agent: 'deploy',
  });
});

describe('a template', () => {
  const template = job({
    template: '{zone}-{n}',
    for: { zone: ['a', true, 3], n: '1..2' },
    description: '{n} of {zone}, {unknown}',
    schedule: 'H {n} * * *',
    agent: '{zone}',
    environment: { DEEP: '{zone}/{n}', KEY: { credential: 'key' } },
    steps: [{ sh: 'echo {zone}', environment: { N: '{n}' } }],
    artifacts: '{zone}/**',
    junit: ['{n}.xml'],
  });

  test('makes one job for each combination, the last variable varying fastest', () => {
    expect(countJobs(template)).toBe(6);
    expect(expandJob('t', template).map(({ name }) => name)).toEqual([
      'a-1',
      'a-2',
      'true-1',
      'true-2',
      '3-1',
      '3-2',
    ]);
  });

  test('fills its values into texts, and leaves shell text and what it does not know alone', () => {
    expect(expandJob('t', template)[1]).toMatchObject({
      description: '2 of a, {unknown}',
      schedule: 'H 2 * * *',
      agent: 'a',
      environment: { ZONE: 'a', N: '2', DEEP: 'a/2', KEY: { credential: 'key' } },
      steps: [{ sh: 'echo {zone}', environment: { N: '2' } }],
      artifacts: ['a/**'],
      junit: ['2.xml'],
    });
  });

  test.each([
    ['5..5', 1],
    ['0..9', 10],
    ['5..4', 0],
    ['1..999999', 999_999],
  ])('counts the range %s without making it', (range, count) => {
    expect(countJobs(job({ template: '{n}', for: { n: range } }))).toBe(count);
  });
});

test('a value is filled in once: braces that it brings along stay', () => {
  expect(fillText('{a}{b}{{a}}', ['a', 'b'])(['{b}', '$&'])).toBe('{b}$&{{b}}');
  expect(fillText('{constructor}{__proto__}{a}', ['a'])(['x'])).toBe('{constructor}{__proto__}x');
});

test.each([
  ['{a}', true],
  ['x {a}', true],
  ['{{a}}', true],
  ['{b}', false],
  ['{constructor}', false],
  ['a', false],
  ['', false],
])('whether %j differs between the jobs of a template: %j', (text, differs) => {
  expect(holdsVariable(text, ['a'])).toBe(differs);
});

test('what the jobs of a template share is the same object for all of them', () => {
  const [one, other] = expandJob(
    't',
    job({ template: '{n}', for: { n: '1..2' }, artifacts: 'x', environment: { A: 'b' } }),
  );
  expect(one!.steps).toBe(other!.steps);
  expect(one!.artifacts).toBe(other!.artifacts);
  expect(one!.environment).not.toBe(other!.environment);
});
