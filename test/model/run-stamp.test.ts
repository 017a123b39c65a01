import { describe, expect, test } from '@jest/globals';
import { findStamp, formatStamp, isLeftBehind } from '../../generator/model/run-stamp.ts';

const boot = '0123456789ab';
const stamp = formatStamp({ boot, pid: 42, started: 1_000 });
const here = { boot, isAlive: (pid: number) => pid === 42, now: 1_010 };

test('a stamp is found again in names of all sorts, and only a whole one', () => {
  const written = { boot, pid: 42, started: 1_000 };
  for (const name of [
    `millrace-${stamp}-run-Ab3`,
    `millrace.localhost/shop/api:${'c'.repeat(12)}-${stamp}`,
    `millrace-test-${stamp}-7`,
    stamp,
  ])
    expect(findStamp(name)).toEqual(written);
  for (const name of ['millrace-api', `x${stamp}`, `${stamp}0a`, '']) expect(findStamp(name)).toBeUndefined();
});

describe('what a run left behind', () => {
  test.each([
    ['a living run’s', {}, 'shared', false],
    ['a dead run’s', { isAlive: () => false }, 'shared', true],
    [
      'one of before this machine’s start, in a place of this machine',
      { boot: 'f'.repeat(12) },
      'machine',
      true,
    ],
    ['one of another machine, young', { boot: 'f'.repeat(12) }, 'shared', false],
    ['one of another machine, a day old', { boot: 'f'.repeat(12), now: 1_001 + 86_400 }, 'shared', true],
  ] as const)('%s', (_name, other, place, expected) => {
    expect(isLeftBehind(`millrace-${stamp}-run`, { ...here, ...other }, place)).toBe(expected);
  });

  test('what bears no stamp is not ours to take away', () => {
    expect(isLeftBehind('millrace-of-the-user', { ...here, isAlive: () => false }, 'machine')).toBe(false);
  });
});
