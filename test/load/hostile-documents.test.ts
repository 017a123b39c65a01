import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadProject } from '../../generator/load/load-project.ts';
import { formatProblem, showControls } from '../../generator/model/problem.ts';
import { problemsOf, repositoryOf } from './repository.ts';
import { SAMPLE_FILES, SAMPLE_PROJECT } from './sample-project.ts';

const VALID = 'project: shop\nimages: { web: { context: . } }\n';
const many = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

describe('a project.yaml that nobody wrote', () => {
  test.each<[string, string | Uint8Array, number, string]>([
    [
      'empty',
      '',
      1,
      '1:1  is empty; two lines are enough: project: NAME and images: { NAME: { context: . } }',
    ],
    ['of comments', '# a\n\n# b\n', 1, '1:1  is empty; two lines are enough'],
    ['binary', new Uint8Array([1, 0, 2]), 1, '1:1  is binary, not text; save it as UTF-8 text'],
    [
      'of 50 MB',
      new Uint8Array(50_000_000).fill(0x61),
      1,
      '1:1  is larger than 4 MiB (48 MiB); is it the right file?',
    ],
    [
      'of one line of 10 MB',
      'x'.repeat(10_000_000),
      1,
      '1:1  is larger than 4 MiB (10 MiB); is it the right file?',
    ],
    ['of one line of 4 MB', 'x'.repeat(4_000_000), 1, '1:1  expected a mapping, found "xxxx'],
    [
      'with a key of 4 MB',
      `${VALID}${'x'.repeat(4_000_000)}: 1\n`,
      1,
      `3:1  ${'x'.repeat(79)}…: is not a field`,
    ],
    [
      'with a name of 4 MB',
      `project: ${'x'.repeat(4_000_000)}\n`,
      1,
      '1:10  project: expected a name of lower-case',
    ],
    [
      'with 100,000 unknown fields',
      VALID + many(100_000, (n) => `k${n}: 1`),
      1000,
      '3:1  k0: is not a field',
    ],
    [
      'with 100,000 images',
      `project: shop\nimages:\n${many(100_000, (n) => `  k${n}: 1`)}`,
      1000,
      '3:7  images.k0: expected a mapping, found 1',
    ],
    [
      'with one key 100,000 times',
      VALID + 'jobs: {}\n'.repeat(100_000),
      1000,
      '4:1  jobs: "jobs" is given twice; it is also on line 3; keep one',
    ],
    ['of a million lines', 'a: b\n'.repeat(800_000), 1, '1:1  holds more than 250,000 values'],
    ['of brackets', '['.repeat(1_000_000), 1, '1:64  is not YAML: nesting exceeded maxDepth (64)'],
    ['of braces', '{a: '.repeat(500_000), 1, '1:250  is not YAML: nesting exceeded maxDepth (64)'],
    [
      'that holds itself',
      'project: shop\nimages: &a\n  web: *a\n',
      1,
      '3:8  images.web: holds itself, by an alias; write the value out',
    ],
  ])('%s ends in a line that says so, in time', (_, text, count, first) => {
    const before = process.cpuUsage();
    const found = problemsOf(text);
    expect(process.cpuUsage(before).user).toBeLessThan(60_000_000);
    expect(found).toHaveLength(count);
    expect(found[0]).toContain(`project.yaml:${first}`);
    expect(Math.max(...found.map((line) => line.length))).toBeLessThan(1_200);
  });

  test.each(['directory', 'none'] as const)('whose place holds a %s', (kind) => {
    const { problems } = loadProject({ kind: () => kind, read: () => undefined });
    expect(problems.map(formatProblem)).toEqual([
      kind === 'none'
        ? 'project.yaml:1:1  expected a file, found none; run `millrace init`, or change to the folder that holds it'
        : 'project.yaml:1:1  expected a file, found a directory; move it away, then run `millrace init`',
    ]);
  });

  test('that cannot be read', () => {
    const { problems } = loadProject({ kind: () => 'file', read: () => undefined });
    expect(problems.map(formatProblem)).toEqual([
      'project.yaml:1:1  cannot be read; look at its permissions',
    ]);
  });
});

/** Loads, and expects of every problem what a terminal and a program expect. */
function expectReadable(projectYaml: string | Uint8Array): void {
  const result = loadProject(repositoryOf({ ...SAMPLE_FILES, 'project.yaml': projectYaml }));
  expect(result.loaded === undefined).toBe(result.problems.length > 0);
  for (const problem of [...result.problems, ...result.warnings]) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    const text = formatProblem(problem);
    expect(text).toBe(showControls(text));
    expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]|undefined|\[object|NaN(?! )/u);
    expect(problem.message).not.toBe('');
  }
}

describe('whatever is written', () => {
  const words = [
    'project',
    'shop',
    'images',
    'api',
    'context',
    '.',
    'jobs',
    'steps',
    'sh',
    '__proto__',
    'constructor',
    'for',
    'template',
    'a-{n}',
    '1..3',
    '~',
    '1.10',
    '0x1f',
    '*a',
    '&a',
    '<<',
    '!!str',
    'H * * * *',
    'null',
    '2020-01-01',
    '\u202e',
    '\u0007',
    '"',
    "'",
  ];
  const scalar = fc.oneof(
    fc.constantFrom(...words),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 }));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));

  test('any data of the sections is loaded or told what is wrong with it', () => {
    const sections = fc.constantFrom(
      'project',
      'images',
      'amis',
      'infrastructure',
      'stacks',
      'jobs',
      'notify',
      'aws',
      'registry',
      'scm',
      'mirrors',
      'jenkins',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(sections, value), { maxLength: 4 }), (entries) => {
        const lines = entries.map(([name, data]) => `${name}: ${JSON.stringify(data) ?? 'null'}`);
        expectReadable(['project: shop', ...lines].join('\n'));
      }),
      { numRuns: 300 },
    );
  });

  test('any sequence of words and signs of YAML too', () => {
    const token = fc.oneof(
      fc.constantFrom(
        ...words,
        ':',
        ': ',
        '- ',
        '\n',
        '\n  ',
        '\n    ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '|\n',
        '>-\n',
        '#',
        '? ',
        '\t',
        '\r',
        '---\n',
        '%',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) =>
        expectReadable(`project: shop\n${tokens.join('')}`),
      ),
      { numRuns: 500 },
    );
  });

  test('any change of a valid project too', () => {
    const length = SAMPLE_PROJECT.length;
    const change = fc.tuple(
      fc.nat(length),
      fc.nat(12),
      fc.oneof(
        fc.constantFrom('', ...words, '\n', '  ', ': ', '{', '}', '[', ']', ','),
        fc.string({ maxLength: 4 }),
      ),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let text = SAMPLE_PROJECT;
        for (const [at, cut, put] of changes) text = text.slice(0, at) + put + text.slice(at + cut);
        expectReadable(text);
      }),
      { numRuns: 500 },
    );
  });

  test('any bytes too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => expectReadable(bytes)),
      { numRuns: 300 },
    );
  });
});
