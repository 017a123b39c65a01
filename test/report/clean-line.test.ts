import { describe, expect, test } from '@jest/globals';
import { cleanLine } from '../../generator/report/clean-line.ts';
import { formatSeconds } from '../../generator/report/format-seconds.ts';

describe('a builder’s line', () => {
  test.each([
    ['loses its colours', '\u001b[1;32mok\u001b[0m', 'ok'],
    ['loses titles and links', '\u001b]8;;https://x\u001b\\here\u001b]8;;\u0007', 'here'],
    ['shows what a progress bar showed last', '1%\r50%\r100%\r', '100%'],
    ['has no tabs', 'a\tb', 'a  b'],
    ['shows what else would move a cursor', 'a\u0008\u202eb', 'a\\u0008\\u202eb'],
    ['keeps other letters', 'größe 日本 🚀', 'größe 日本 🚀'],
    ['that breaks off in a sequence keeps no escape', 'a\u001b[3', 'a3'],
  ])('%s', (_, line, expected) => {
    expect(cleanLine(line)).toBe(expected);
  });
});

test.each([
  [0, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [123, '2 min 3 s'],
  [3599.7, '1 h'],
  [3900, '1 h 5 min'],
])('%s seconds are shown as %s', (seconds, expected) => {
  expect(formatSeconds(seconds)).toBe(expected);
});
