import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainName, scriptPathOf } from '../../generator/render/script-path.ts';

describe('scriptPathOf', () => {
  test('is the name of the entry, or below it that of a label', () => {
    expect(scriptPathOf('nightly')).toBe('jenkins/nightly.Jenkinsfile');
    expect(scriptPathOf('checks', 'linux')).toBe('jenkins/checks/linux.Jenkinsfile');
    expect(scriptPathOf('checks', 'a && b')).toMatch(/^jenkins\/checks\/a_b-[0-9a-f]{12}\.Jenkinsfile$/);
  });

  test('is different for labels that differ by case alone, also where case does not count', () => {
    const taken = new Set<string>();
    const paths = ['linux', 'Linux', 'LINUX'].map((label) =>
      scriptPathOf('checks', label, taken).toLowerCase(),
    );
    expect(new Set(paths).size).toBe(3);
  });
});

describe('plainName', () => {
  test('keeps plain names', () => {
    for (const name of ['a', 'A.b_c-d', '0', 'x'.repeat(80)]) expect(plainName(name)).toBe(name);
  });

  test.each([
    ['a b', /^a_b-[0-9a-f]{12}$/],
    ["it's (here)", /^it_s_here-[0-9a-f]{12}$/],
    ['日本語', /^[0-9a-f]{12}$/],
    ['.hidden', /^hidden-[0-9a-f]{12}$/],
    ['-rf', /^rf-[0-9a-f]{12}$/],
    ['x'.repeat(81), /^x{60}-[0-9a-f]{12}$/],
  ])('writes %j in plain letters', (name, expected) => {
    expect(plainName(name)).toMatch(expected);
  });

  test('gives no name the file of another one by looking like its digits', () => {
    const made = plainName('a b');
    expect(plainName(made)).not.toBe(made);
    expect(plainName(plainName('日本語'))).not.toBe(plainName('日本語'));
  });

  test('is plain, short and different for names that differ by more than case', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(names, names, (one, other) => {
        expect(plainName(one)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/);
        fc.pre(one.toLowerCase() !== other.toLowerCase());
        expect(plainName(one).toLowerCase()).not.toBe(plainName(other).toLowerCase());
      }),
      { numRuns: 300 },
    );
  });
});
