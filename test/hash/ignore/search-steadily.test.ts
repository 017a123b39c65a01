import { expect, test } from '@jest/globals';
import { IgnoreMatcher } from '../../../generator/hash/ignore/ignore-matcher.ts';
import { toJavaScript } from '../../../generator/hash/ignore/go-regexp.ts';
import { parseGoRegexp } from '../../../generator/hash/ignore/parse-go-regexp.ts';
import { mayBacktrack, searchSteadily } from '../../../generator/hash/ignore/search-steadily.ts';

const expressions = [
  '^a$',
  'b',
  '^(.*/)?a[^/]*$',
  '^a|b$',
  '^a{2}b{0,1}$',
  '^a{1,}\\Q\\E{2}$',
  '\\ba',
  'a\\B',
  '^.*b$',
  '^[^a]{2,3}$',
  '^{2}a',
];
const alphabet = ['', 'a', 'b', '/', '\n', '😀'];

test('both engines find the same texts', () => {
  const pairs = alphabet.flatMap((a) => alphabet.map((b) => a + b));
  const texts = pairs.flatMap((a) => pairs.map((b) => a + b));
  for (const expression of expressions) {
    const regexp = parseGoRegexp(expression);
    const [fast, steady] = [toJavaScript(regexp), searchSteadily(regexp)];
    expect([expression, texts.filter((text) => fast.test(text))]).toEqual([expression, texts.filter(steady)]);
  }
});

test('everyday patterns are left to the fast engine', () => {
  expect(
    ['^(.*/)?[^/]*\\.md$', '^(.*/)?a/(.*/)?[^/]*$'].map((text) => mayBacktrack(parseGoRegexp(text))),
  ).toEqual([false, false]);
  expect(
    ['^[^/]*a[^/]*a[^/]*a[^/]*b$', '^a{1,}\\Q\\E{2,}$'].map((text) => mayBacktrack(parseGoRegexp(text))),
  ).toEqual([true, true]);
});

test('a pattern full of stars costs no minutes over a long name', () => {
  const matcher = new IgnoreMatcher([`${'*a'.repeat(20)}b`, `${'**/a*'.repeat(20)}c`]);
  expect(matcher.matches('a'.repeat(255))).toBe(false);
  expect(matcher.matches(`${'a'.repeat(254)}b`)).toBe(true);
});
