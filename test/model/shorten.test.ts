import { expect, test } from '@jest/globals';
import { shorten } from '../../generator/model/shorten.ts';

test('a text that fits stays, a longer one ends in an ellipsis', () => {
  expect(shorten('abcd', 4)).toBe('abcd');
  expect(shorten('abcde', 4)).toBe('abc…');
});
