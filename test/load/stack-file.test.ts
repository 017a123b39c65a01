import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { interpolate } from '../../generator/load/compose-variables.ts';
import { readStackFile } from '../../generator/load/stack-file.ts';

const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;
const images = (text: string, variables: Record<string, string> = {}): (string | undefined)[] =>
  readStackFile(text, { variables }).services.map((service) => service.image?.text);
const problems = (text: string | Uint8Array, variables: Record<string, string> = {}): string[] =>
  readStackFile(text, { variables }).problems.map(
    ({ line, column, message, hint }) => `${line}:${column} ${message}${hint === '' ? '' : `; ${hint}`}`,
  );

describe('the services of a stack file', () => {
  test('each has its image, and the place where it is written', () => {
    const text = lines(
      'version: "3.8"',
      'services:',
      '  api:',
      '    image: shop/api',
      '  db: { image: "postgres:16" }',
      'volumes: {}',
    );
    expect(readStackFile(text)).toEqual({
      services: [
        { name: 'api', image: { text: 'shop/api', line: 4, column: 12 }, build: false },
        { name: 'db', image: { text: 'postgres:16', line: 5, column: 16 }, build: false },
      ],
      networks: { makes: [], needs: [] },
      problems: [],
    });
  });

  test('aliases and merge keys are followed, the nearer value wins', () => {
    const text = lines(
      'x-base: &base',
      '  image: redis:7',
      '  deploy: { replicas: 1 }',
      'x-other: &other { image: nginx:1 }',
      'services:',
      '  a: *base',
      '  b:',
      '    <<: *base',
      '  c:',
      '    <<: [*other, *base]',
      '  d:',
      '    <<: *base',
      '    image: d:1',
      '  e: { <<: { <<: *other } }',
    );
    const read = readStackFile(text);
    expect(read.problems).toEqual([]);
    expect(read.services.map(({ image }) => [image?.text, image?.line, image?.column])).toEqual([
      ['redis:7', 2, 10],
      ['redis:7', 2, 10],
      ['nginx:1', 4, 26],
      ['d:1', 13, 12],
      ['nginx:1', 4, 26],
    ]);
  });

  test('services themselves may be merged', () => {
    expect(
      images(lines('x-s: &s', '  a: { image: a }', 'services:', '  <<: *s', '  b: { image: b }')),
    ).toEqual(['b', 'a']);
  });

  test('variables come from the project', () => {
    const text = lines(
      'services:',
      '  a: { image: "${REGISTRY:-docker.io}/a:${TAG}" }',
      '  b: { image: $TAG }',
    );
    expect(images(text, { TAG: 'x' })).toEqual(['docker.io/a:x', 'x']);
    expect(problems(text)).toEqual([
      "2:15 image: the variable TAG has no value; give it a value under the stack's variables, or write ${TAG:-default}",
      "3:15 image: the variable TAG has no value; give it a value under the stack's variables, or write ${TAG:-default}",
    ]);
  });

  test.each<[string, string[], string[]]>([
    [
      'no image',
      ['services:', '  a:', '    ports: []'],
      ["2:3 the service a: a stack's service needs image:; name an image, e.g. <project>/<image>"],
    ],
    [
      'build',
      ['services:', '  a:', '    build: .'],
      [
        '3:5 the service a: a stack builds nothing, build: is not read; declare it under images: in project.yaml and write image: <project>/a',
      ],
    ],
    [
      'build and image',
      ['services:', '  a:', '    image: x', '    build: .'],
      [
        '4:5 the service a: a stack builds nothing, build: is not read; declare it under images: in project.yaml and write image: <project>/a',
      ],
    ],
    [
      'a service of nothing',
      ['services:', '  a:'],
      ['2:3 the service a: expected a mapping, found nothing; write image: … under it'],
    ],
    [
      'an image of nothing',
      ['services:', '  a:', '    image:'],
      ['3:5 image: expected text, found nothing; name an image'],
    ],
    [
      'an image that is a number',
      ['services:', '  a: { image: 1.5 }'],
      ['2:15 image: expected text, found the number 1.5; quote it'],
    ],
    ['an empty image', ['services:', '  a: { image: "" }'], ['2:15 image: is empty; name an image']],
    [
      'a key given twice',
      ['services:', '  a: { image: a }', '  a: { image: b }'],
      ['3:3 "a" is given twice; it is also on line 2; keep one'],
    ],
    [
      'no services',
      ['servces:', '  a: { image: a }'],
      ['1:1 services: expected a mapping, it is missing; did you mean'].map((text) => `${text} "servces"?`),
    ],
    [
      'services that are a list',
      ['services: [a]'],
      ['1:11 services: expected a mapping, found a list; write name: { image: … } under it'],
    ],
    [
      'services without one',
      ['services: {}'],
      ['1:11 services: has no service; write name: { image: … } under it'],
    ],
    ['a list', ['- a'], ['1:1 expected a mapping, found a list; a stack file begins with services:']],
    ['nothing', ['# nothing'], ['1:1 expected a mapping, found nothing; a stack file begins with services:']],
    [
      'a required variable',
      ['services:', '  a: { image: "${X:?is needed}" }'],
      ['2:15 the variable X has no value: is needed'],
    ],
    [
      'a lone dollar, anywhere in a service',
      ['services:', '  a: { image: a, command: [sh, "echo ${1}"] }', 'x-unused: "${"'],
      ['2:32 a "$" that begins no variable in "echo ${1}"; write $$ for a dollar'],
    ],
  ])('%s is a problem', (_, text, expected) => {
    expect(problems(lines(...text))).toEqual(expected);
  });

  test('all problems of a file are reported at once, in its order', () => {
    expect(
      problems(lines('services:', '  a: {}', '  b: { image: 1 }', '  c: { build: . }')).map(
        (problem) => problem.split(' ')[0],
      ),
    ).toEqual(['2:3', '3:15', '4:8']);
  });

  test('what is no YAML, empty or binary ends in one line', () => {
    for (const text of ['services: [', '', '\0', 'a: b: c', Uint8Array.of(0xff)])
      expect(problems(text)).toHaveLength(1);
  });

  test('more services than a Swarm runs end in one line, and of wrong values the first hundred', () => {
    const many = Array.from({ length: 1001 }, (_, n) => `  s${n}: { image: x }`);
    expect(problems(lines('services:', ...many))).toEqual([
      '2:3 services: 1001 services; at most 1000 are read; part the stack',
    ]);
    expect(
      problems(
        lines('services:', '  a:', '    image: x', '    command:', ...Array<string>(500).fill('      - $')),
      ),
    ).toHaveLength(100);
  });

  test('a mapping that merges itself ends', () => {
    expect(images(lines('services:', '  a: &a', '    image: x', '    <<: *a'))).toEqual(['x']);
  });
});

describe('variables in a value', () => {
  test.each([
    ['$A', 'a'],
    ['${A}', 'a'],
    ['$$A', '$A'],
    ['$${A}', '${A}'],
    ['$$$A', '$a'],
    ['${E:-d}', 'd'],
    ['${E-d}', ''],
    ['${N-d}', 'd'],
    ['${N:-}', ''],
    ['${N:-a:b/c-d}', 'a:b/c-d'],
    ['${A?no}', 'a'],
    ['${E?no}', ''],
    ['a$Ab', 'a'],
    ['$N-d', 'd'],
    ['$A-${B}', 'a}'],
    ['${N:-${A}}', '${A}'],
    ['${constructor:-d}', 'd'],
  ])('%s is %j', (template, expected) => {
    expect(interpolate(template, { A: 'a', E: '' })).toMatchObject({ text: expected });
  });

  test.each([
    '$',
    '${',
    '${}',
    '${A',
    '${ A}',
    '${1}',
    '${A:+b}',
    '${A+b}',
    'a $ b',
    '${N:?why}',
    '${E:?why}',
    '${N?}',
  ])('%s is refused, as by docker stack deploy', (template) => {
    expect(interpolate(template, { A: 'a', E: '' })).toEqual({ error: expect.any(String) });
  });

  test('what is not set is named', () => {
    expect(interpolate('${B}-${C}${D}', { B: 'b', D: '' })).toEqual({ text: 'b-', unset: ['C'] });
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'services:\n',
      '  a:',
      ' image:',
      ' build:',
      '<<:',
      ' *a',
      ' &a',
      ' {',
      '}',
      '[',
      ']',
      ',',
      '\n',
      '\n  ',
      '- ',
      '"',
      "'",
      '$',
      '${',
      '}',
      ':-',
      '|',
      '>',
      '#',
      '? ',
      '!!str ',
      '---\n',
      'x',
    ),
    fc.string({ maxLength: 6, unit: 'binary' }),
  );

  test('ends in services and problems, never in an exception', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const read = readStackFile(`services:\n  a: &a\n    image: x\n${pieces.join('')}`);
        for (const { line, column } of read.problems)
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  test('any value is interpolated or refused', () => {
    const template = fc
      .array(fc.constantFrom('$', '{', '}', ':', '-', '?', 'A', 'b', '1', ' '))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(template, (text) => {
        const read = interpolate(text.replaceAll('$', '$$$$'), {});
        expect(read).toEqual({ text, unset: [] });
        interpolate(text, { A: '$' });
      }),
    );
  });

  // A guard against hangs, no measurement.
  test.each([
    [
      'services',
      () => `services:\n${Array.from({ length: 10_000 }, (_, n) => `  s${n}: { image: x }\n`).join('')}`,
    ],
    ['dollars', () => `services:\n  a: { image: "${'$'.repeat(1_000_000)}" }`],
    ['open variables', () => `services:\n  a: { image: "${'${A:-'.repeat(160_000)}" }`],
    ['wrong values', () => `services:\n  a:\n    image: x\n    command:\n${'      - $\n'.repeat(20_000)}`],
    [
      'aliases of aliases',
      () =>
        `x0: &x0 [a]\n${Array.from({ length: 40 }, (_, n) => `x${n + 1}: &x${n + 1} [*x${n}, *x${n}]\n`).join('')}services: *x40`,
    ],
    [
      'merges of merges',
      () =>
        `x0: &x0 { image: a }\n${Array.from({ length: 40 }, (_, n) => `x${n + 1}: &x${n + 1} { <<: [*x${n}, *x${n}] }\n`).join('')}services: { a: *x40 }`,
    ],
  ])('many %s are read in time', (_, make) => {
    const text = make();
    const start = performance.now();
    readStackFile(text);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
