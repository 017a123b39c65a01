import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hintNearest, nearestName } from '../../generator/model/nearest-name.ts';

describe('the nearest name', () => {
  test.each([
    ['contxt', ['context', 'target', 'test'], 'context'],
    ['cotnext', ['context'], 'context'],
    ['Context', ['context'], 'context'],
    ['x', ['y'], 'y'],
    ['completely', ['different'], undefined],
    ['web', [], undefined],
    ['a'.repeat(101), ['a'.repeat(101)], undefined],
    ['ab', ['ba', 'abc'], 'ba'],
  ])('to %s of %j is %s', (found, candidates, nearest) => {
    expect(nearestName(found, candidates)).toBe(nearest);
  });

  test('one slip of the pen in a long name is always found', () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(name, fc.nat(), fc.constantFrom('drop', 'swap', 'double', 'other'), (right, at, slip) => {
        const index = at % (right.length - 1);
        const [before, one, two, after] = [
          right.slice(0, index),
          right[index]!,
          right[index + 1]!,
          right.slice(index + 2),
        ];
        const wrong = {
          drop: before + two + after,
          swap: before + two + one + after,
          double: before + one + one + two + after,
          other: `${before}#${two}${after}`,
        }[slip];
        expect(nearestName(wrong, ['zzzzzzzzzzzzzzz', right])).toBe(right);
      }),
    );
  });
});

test('a short list is shown whole where nothing is near, a long one not', () => {
  expect(hintNearest('xyz', ['alpha', 'beta'])).toBe('one of: alpha, beta');
  expect(hintNearest('xyz', [])).toBe('there are none');
  expect(
    hintNearest(
      'xyz',
      Array.from({ length: 13 }, (_, n) => `alpha${n}`),
    ),
  ).toBe('');
});
