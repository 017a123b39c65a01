import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonString } from '../../../generator/render/literals/json-literal.ts';

describe('jsonString', () => {
  test('is read as exactly the text that was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(jsonString(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['plain', '"plain"'],
    ["it's", `"it's"`],
    ['"\\', '"\\"\\\\"'],
    ['a\nb\tc', '"a\\nb\\tc"'],
    ['käse 🧨', '"käse 🧨"'],
    ['\u202e\u2028\u200b\u00a0\u0085', '"\\u202e\\u2028\\u200b\\u00a0\\u0085"'],
    ['\u{e0041}', '"\\udb40\\udc41"'],
    ['\ud83d', '"\\ud83d"'],
  ])('writes %j in one line, as a reader can see it', (text, expected) => {
    expect(jsonString(text)).toBe(expected);
  });
});
