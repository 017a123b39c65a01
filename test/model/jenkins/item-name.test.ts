import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  checkItemName,
  checkItemNameFits,
  MAX_ITEM_NAME_BYTES,
} from '../../../generator/model/jenkins/item-name.ts';
import { measureProcessorSeconds } from './measure-processor-seconds.ts';

interface Answer {
  name: string;
  ok: boolean;
  message?: string;
}

const TABLE = new URL('../../fixtures/real-jenkins/names.json', import.meta.url);
const answers = JSON.parse(readFileSync(TABLE, 'utf8')) as Answer[];

describe('answers recorded from a real Jenkins 2.541.3', () => {
  test('the table is there', () => expect(answers.length).toBeGreaterThan(30));

  test.each(answers)('$name: the same verdict and the same words', ({ name, ...answer }) => {
    expect(checkItemName(name)).toEqual(answer);
  });
});

describe('checkItemName', () => {
  test.each([
    [' . ', '“.” is not an allowed name'],
    ['\t..', '“..” is not an allowed name'],
    ['a. ', 'A name cannot end with ‘.’'],
    ['a/b', '‘/’ is an unsafe character'],
    ['a&b', '‘&’ is an unsafe character'],
    ['$a', '‘$’ is an unsafe character'],
    ['a!', '‘!’ is an unsafe character'],
    ['a>b', '‘>’ is an unsafe character'],
    ['a[b', '‘[’ is an unsafe character'],
    ['a\u007f\u0085?', 'No control code is allowed: a\\u127;\\u133;?'],
    ['?\n', '‘?’ is an unsafe character'],
  ])('%j is refused with the words of Jenkins', (name, message) => {
    expect(checkItemName(name)).toEqual({ ok: false, message });
  });

  test.each(['.a', 'a..b', 'a.\u00a0', '\u2028', '\u00a0', "it's", '\ud800'])(
    '%j is allowed, as Jenkins allows it',
    (name) => expect(checkItemName(name)).toEqual({ ok: true }),
  );

  test('a name of letters, digits, minus and underline is always allowed', () => {
    fc.assert(fc.property(fc.stringMatching(/^[\w-]+$/), (name) => checkItemName(name).ok));
  });

  test('no text makes it throw, and a refusal is one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const check = checkItemName(name);
        return check.ok || !/[\u0000-\u001f\u007f-\u009f]/.test(check.message);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['a', ' ', '.', '\u0001'])('100,000 times %j takes no quadratic time', (part) => {
    const { result: check, seconds } = measureProcessorSeconds(() => checkItemName(part.repeat(100_000)));
    expect(seconds).toBeLessThan(30);
    expect(check.ok ? 0 : check.message.length).toBeLessThan(500);
  });
});

describe('checkItemNameFits', () => {
  test('the limit leaves room for the longest suffix of a workspace', () => {
    expect(MAX_ITEM_NAME_BYTES + '@999@tmp'.length).toBe(255);
  });

  test('bytes count, not characters', () => {
    expect(checkItemNameFits('a'.repeat(MAX_ITEM_NAME_BYTES))).toEqual({ ok: true });
    expect(checkItemNameFits('日'.repeat(82))).toEqual({ ok: true });
    expect(checkItemNameFits('日'.repeat(83)).ok).toBe(false);
  });

  test('a refusal says how long the name is and how long it may be', () => {
    expect(checkItemNameFits('a'.repeat(248))).toEqual({
      ok: false,
      message:
        'the name has 248 bytes; with the suffixes that Jenkins adds for workspaces, ' +
        'a file system takes at most 247: shorten it',
    });
  });
});
