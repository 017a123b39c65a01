import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import {
  yamlFile,
  yamlLines,
  yamlString,
  yamlWholeFile,
} from '../../../generator/render/literals/yaml-literal.ts';
import { resolveCasc } from '../casc-shapes.ts';

const noFile = (path: string): string => {
  throw new Error(`${path} was read`);
};
/** What Jenkins has of a scalar: YAML first, then JCasC's variables. */
const asJenkins = (scalar: string): string => resolveCasc(load(scalar) as string, noFile);

describe('yamlString', () => {
  test('arrives as exactly the text that was written, whatever variables it seems to hold', () => {
    const variable = fc.constantFrom(
      '${',
      '^${',
      '}',
      '^',
      '$',
      '${readFile:/run/secrets/x}',
      '${X:-y}',
      '"',
      '\\',
    );
    const text = fc.string({ unit: fc.oneof(variable, fc.string({ unit: 'grapheme', maxLength: 3 })) });
    fc.assert(
      fc.property(text, (one) => {
        const scalar = yamlString(one);
        expect(scalar).not.toMatch(/\n/);
        expect(asJenkins(scalar)).toBe(one);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['${X} ^${Y}', '"^${X} ^^${Y}"'],
    ['a\nb\tc', '"a\\nb\\u0009c"'],
    ['käse 🧨', '"käse 🧨"'],
    ['\u202e\u2028\u0085', '"\\u202e\\u2028\\u0085"'],
    ['\u{e0041}', '"\\U000e0041"'],
  ])('writes %j in one line, as a reader can see it', (text, expected) => {
    expect(yamlString(text)).toBe(expected);
  });
});

describe('yamlFile', () => {
  test('is the content of a file, without its line end or with it', () => {
    const files = (path: string): string => `${path} ^ $ \n`;
    expect(resolveCasc(load(yamlFile('/run/secrets/a.b_c-d')) as string, files)).toBe(
      '/run/secrets/a.b_c-d ^ $',
    );
    expect(resolveCasc(load(yamlWholeFile('/run/x')) as string, files)).toBe('/run/x ^ $ \n');
  });

  test.each(['', 'relative', '/a b', '/a}', '/${X}', '/a"', '/a/'])('refuses %j', (path) => {
    expect(() => yamlFile(path)).toThrow('is not a plain absolute path');
  });
});

describe('yamlLines', () => {
  const block = (text: string): string => asJenkins(`|\n  ${yamlLines(text, 2)}\n`);

  test('arrives as the lines that were written', () => {
    const text = 'a: "b"\n\n  c # d\n\'${x}\' $y\nkäse 🧨\n';
    expect(block(text)).toBe(text);
  });

  test.each([' a', '\na', 'a\tb', 'a\u0085b', 'a\ud83db', 'a\ufeffb'])('refuses %j', (text) => {
    if (text === 'a\ufeffb') expect(block(text)).toBe('a\ufeffb\n');
    else expect(() => yamlLines(text, 2)).toThrow(RangeError);
  });
});
