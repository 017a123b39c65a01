import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CORE_SCHEMA, YAML11_SCHEMA, load } from 'js-yaml';
import { writeEntries, writeScalar } from '../../generator/init/write-yaml.ts';

const TRAPS = [
  'yes',
  'on',
  'NO',
  'null',
  '~',
  '',
  '0x1F',
  '1e3',
  '012',
  '1_000',
  '12:30',
  '2026-01-01',
  '.inf',
  '.NaN',
  '-',
  '- a',
  '#',
  'a: b',
  '<<',
  '=',
  '1.20',
  '\ufeff',
  '\u0085',
  '\u2028',
  '\u0000',
  '...',
];

describe('a scalar of project.yaml', () => {
  test('is the same text to readers of YAML 1.1 and 1.2', () => {
    const text = fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: 'grapheme' }), fc.string());
    fc.assert(
      fc.property(text, (value) => {
        for (const schema of [CORE_SCHEMA, YAML11_SCHEMA])
          expect(load(`a: ${writeScalar(value)}\n`, { schema })).toEqual({ a: value });
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test('is plain where that is safe', () => {
    expect(['services/api', '0.1.0', 'Dockerfile.worker', 'node', '.'].map(writeScalar)).toEqual([
      'services/api',
      '0.1.0',
      'Dockerfile.worker',
      'node',
      '.',
    ]);
  });
});

test('entries that are too long for a line take one per field', () => {
  const long = 'x'.repeat(120);
  expect(
    writeEntries([
      { name: 'a', fields: { context: '.', on: 'b' } },
      { name: 'no', fields: { context: long, args: { A: long } } },
    ]).join('\n'),
  ).toBe(`  a:    { context: ., on: b }\n  "no":\n    context: ${long}\n    args:\n      A: ${long}`);
});
