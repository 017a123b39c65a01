import { describe, expect, test } from '@jest/globals';
import { cutToWidth, displayWidth, fitToWidth } from '../../generator/report/display-width.ts';

describe('the width of', () => {
  test.each([
    ['nothing', '', 0],
    ['letters', 'image:api', 9],
    ['accents in one character', 'é', 1],
    ['accents of their own', 'e\u0301', 1],
    ['ideographs', '日本', 4],
    ['Hangul', '한국', 4],
    ['fullwidth letters', 'Ａ', 2],
    ['a picture', '🚀', 2],
    ['a family of pictures', '👨‍👩‍👧', 2],
    ['a sign shown as a picture', '❤️', 2],
    ['an ellipsis', '…', 1],
    ['nothing that can be seen', '\u200b', 0],
  ])('%s', (_, text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cutting', () => {
  test('leaves what fits', () => {
    expect(cutToWidth('日本', 4)).toBe('日本');
  });

  test('never leaves half a character', () => {
    expect(cutToWidth('日本語', 4)).toBe('日…');
    expect(cutToWidth('ae\u0301b', 2)).toBe('a…');
    expect(cutToWidth('abc', 0)).toBe('');
  });

  test('is filled up to the same number of columns', () => {
    expect(fitToWidth('日本語', 4)).toBe('日… ');
    expect(fitToWidth('ab', 4)).toBe('ab  ');
  });
});
