import { describe, expect, test } from '@jest/globals';
import {
  RETRY_POLICY,
  isPassing,
  pauseBefore,
  readRetryAfter,
} from '../../../generator/adapters/registry/retry-policy.ts';

test('only what passes by itself is asked again', () => {
  const passing = Array.from({ length: 500 }, (_, index) => index + 100).filter(isPassing);
  expect(passing).toEqual([429, 500, 502, 503, 504]);
});

describe('pauses', () => {
  test('lie anywhere below a limit that doubles up to the longest', () => {
    const limits = [1, 2, 3, 4, 5, 6, 7, 8].map((failed) => pauseBefore(failed, undefined, 0.999_999));
    expect(limits.map(Math.ceil)).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(pauseBefore(8, undefined, 0)).toBe(0);
  });

  test('are no shorter than the server asks for, and no longer than sense', () => {
    expect(pauseBefore(1, 3_000, 0)).toBe(3_000);
    expect(pauseBefore(1, 3_000, 0.5)).toBe(3_125);
    expect(pauseBefore(1, 3_600_000, 0)).toBe(RETRY_POLICY.longestRetryAfter);
  });
});

test.each([
  ['2', 2_000],
  ['0', 0],
  [' 1.5 ', 1_500],
  ['Thu, 01 Jan 1970 00:00:30 GMT', 20_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  [null, undefined],
])('Retry-After: %s', (header, expected) => {
  expect(readRetryAfter(header, 10_000)).toBe(expected);
});
