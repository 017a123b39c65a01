import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCron } from '../../../generator/model/jenkins/cron.ts';
import { measureProcessorSeconds } from './measure-processor-seconds.ts';

interface Answer {
  spec: string;
  ok: boolean;
  message?: string;
  warning?: string | null;
}

const TABLE = new URL('../../fixtures/real-jenkins/cron.json', import.meta.url);
const answers = JSON.parse(readFileSync(TABLE, 'utf8')) as Answer[];

const refusal = (spec: string): string => {
  const check = checkCron(spec);
  return check.ok ? '(accepted)' : check.message;
};
const warning = (spec: string): string | undefined => {
  const check = checkCron(spec);
  return check.ok ? check.warning : '(refused)';
};

describe('answers recorded from a real Jenkins 2.541.3', () => {
  test('the table is there', () => expect(answers.length).toBeGreaterThan(50));

  test.each(answers)(
    '$spec: the same verdict and the same words',
    ({ spec, ok, message, warning: advice }) => {
      const { warning: ours, message: reason, ...verdict }: Partial<Answer> = checkCron(spec);
      expect({ ...verdict, text: ours ?? reason ?? null }).toEqual({ ok, text: message ?? advice ?? null });
    },
  );
});

describe('the grammar', () => {
  test.each([
    'H * * * *',
    '  H * * * *\t',
    'H\t*\t*\t*\t*',
    '@midnight',
    '@daily 99',
    'H/1 * * * *',
    'H(59-59) H(0-0) H(31-31) H(12-12) H(7-7)',
    '007 H * * *',
    'TZ=UTC',
    `${'0'.repeat(500)}7 H * * *`,
    '1,2,3-5,H/10,H(1-2) * * * *',
  ])('%j is accepted without advice', (spec) => expect(checkCron(spec)).toEqual({ ok: true }));

  test.each([
    ['*', "line 1:1: mismatched input '<EOF>' expecting {WS, '/', ','}"],
    ['H* * * *', "line 1:1: extraneous input '*' expecting WS"],
    ['1-,* * * * *', "line 1:2: missing TOKEN at ','"],
    [
      '@',
      "line 1:1: mismatched input '<EOF>' expecting {'yearly', 'annually', 'monthly', 'weekly', 'daily', 'midnight', 'hourly'}",
    ],
    ['@dailyX', "line 1:6: token recognition error at: 'X'"],
    ['@month', "line 1:1: token recognition error at: 'month'"],
    ['*\t*\t*\t*\t*\t*', "line 1:9: mismatched input '\\t' expecting {<EOF>, '/', ','}"],
    ['* *\r* * *', "line 1:3: token recognition error at: '\\r'"],
    ['😀', "line 1:0: token recognition error at: '😀'"],
    ['* * * * *😀', "line 1:9: token recognition error at: '😀'"],
    ['H * * * *\nH * * * x', "line 2:8: token recognition error at: 'x'"],
    ['H(1) * * * *', "line 1:3: mismatched input ')' expecting '-'"],
    ['H(1-2 * * * *', "line 1:5: missing ')' at ' '"],
    ['h * * * *', "line 1:0: token recognition error at: 'h '"],
    ['H H * * SUN', "line 1:8: token recognition error at: 'S'"],
    ['\u00a0H * * * *', "line 1:0: token recognition error at: '\u00a0'"],
  ])('%j is refused with the words of Jenkins', (spec, message) => {
    expect(refusal(spec)).toBe(message);
  });
});

describe('numbers', () => {
  test.each([
    ['1000 * * * *', 'line 1:4: 1,000 is an invalid value. Must be within 0 and 59'],
    ['2147483648 * * * *', 'For input string: "2147483648"'],
    ['H/2147483647 * * * *', 'line 1:12: 2,147,483,647 is an invalid value. Must be within 1 and 60'],
    ['H * H/29 * *', 'line 1:8: 29 is an invalid value. Must be within 1 and 28'],
    ['H * * * 8', 'line 1:9: 8 is an invalid value. Must be within 0 and 7'],
    ['H * * * 5-1', 'line 1:11: You mean 1-5?'],
    ['H * * 0 *', 'line 1:7: 0 is an invalid value. Must be within 1 and 12'],
  ])('%j is refused with the words of Jenkins', (spec, message) => {
    expect(refusal(spec)).toBe(message);
  });

  test('a step near the end of 32 bits wraps around as in Java: here it reaches each day up to the 20th', () => {
    expect(warning('H H 20-20/2147483647 * *')).toContain('Short cycles');
  });
});

describe('time zones', () => {
  test.each([
    'UTC',
    'Europe/Berlin',
    'EST',
    'Etc/GMT+2',
    'America/Argentina/Buenos_Aires',
    'W-SU',
    'America/Coyhaique',
  ])('%s is one that Jenkins knows', (zone) =>
    expect(checkCron(`TZ=${zone}\nH 3 * * *`)).toEqual({ ok: true }),
  );

  test.each(['', 'Bad/Zone', 'GMT+2', 'utc', 'europe/berlin', ' UTC', 'America', 'constructor'])(
    '%j is none that Jenkins knows',
    (zone) => expect(refusal(`TZ=${zone}\nH 3 * * *`)).toBe(`Invalid or unsupported timezone '${zone}'`),
  );

  test('only the very first line may name one', () => {
    const message = "token recognition error at: 'T'";
    expect(refusal('H 3 * * *\nTZ=UTC')).toBe(`line 2:0: ${message}`);
    expect(refusal('\nTZ=UTC\nH 3 * * *')).toBe(`line 2:0: ${message}`);
    expect(refusal('# zone\nTZ=UTC')).toBe(`line 2:0: ${message}`);
  });
});

describe('advice', () => {
  test.each([
    [
      '* * * * *',
      'Do you really mean "every minute" when you say "* * * * *"? Perhaps you meant "H * * * *" to poll once per hour',
    ],
    ['H H */3 * *', 'Short cycles in the day-of-month field will behave oddly near the end of a month'],
    ['0,15,30,45 * * * *', 'Spread load evenly by using ‘H/15 * * * *’ rather than ‘0,15,30,45 * * * *’'],
    ['0,15,30 * * * *', undefined],
    ['H 3 * * *\n*/5 * * * *', 'Spread load evenly by using ‘H/5 * * * *’ rather than ‘*/5 * * * *’'],
    ['5 4 * * 1', 'Spread load evenly by using ‘H 4 * * 1’ rather than ‘5 4 * * 1’'],
    ['5\t4 * * 1', undefined],
  ])('%j: as Jenkins gives it', (spec, advice) => expect(warning(spec)).toBe(advice));
});

describe('any text', () => {
  const fieldOf = (lowest: number, highest: number): fc.Arbitrary<string> => {
    const value = fc.integer({ min: lowest, max: highest });
    const range = fc.tuple(value, value).map((bounds) => bounds.sort((a, b) => a - b));
    const term = fc.oneof(
      value.map(String),
      range.map(([from, to]) => `${from}-${to}`),
      fc.tuple(range, fc.integer({ min: 1, max: 99 })).map(([[from, to], step]) => `${from}-${to}/${step}`),
      fc.integer({ min: 1, max: 99 }).map((step) => `*/${step}`),
      fc.constantFrom('*', 'H', 'H/2'),
      range.map(([from, to]) => `H(${from}-${to})`),
      range.map(([from = 0, to = 0]) => `H(${from}-${to})/${to - from + 1}`),
    );
    return fc.array(term, { minLength: 1, maxLength: 4 }).map((terms) => terms.join(','));
  };
  const blank = fc.constantFrom(' ', '\t', '   ');
  const field = [fieldOf(0, 59), fieldOf(0, 23), fieldOf(1, 31), fieldOf(1, 12), fieldOf(0, 7)] as const;
  const line = fc.tuple(fc.tuple(...field), blank).map(([fields, separator]) => fields.join(separator));

  test('what the grammar makes is accepted', () => {
    fc.assert(fc.property(line, (spec) => checkCron(spec).ok));
  });

  test('one field too many or too few is refused', () => {
    fc.assert(
      fc.property(line, (spec) => !checkCron(`${spec} *`).ok && !checkCron(spec.replace(/\s+\S+$/, '')).ok),
    );
  });

  test('none makes it throw, and a refusal is one line that says something', () => {
    const near = fc.array(fc.constantFrom(...'0179 \t*/,-@H()\ndailyTZ=#é😀\u0000'), { maxLength: 30 });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      near.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (spec) => {
        const check = checkCron(spec);
        return check.ok || (check.message !== '' && !/[\r\n]/.test(check.message));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['blanks', `H${' '.repeat(100_000)}x`],
    ['blanks around nothing', ' '.repeat(100_000)],
    ['digits', `${'9'.repeat(100_000)} * * * *`],
    ['a list', `${'1,'.repeat(50_000)}1 * * * *`],
    ['lines', 'H * * * *\n'.repeat(10_000)],
    ['parentheses', '('.repeat(100_000)],
    ['a comment', `#${'x'.repeat(100_000)}`],
    ['a time zone', `TZ=${'TZ='.repeat(33_000)}`],
  ])('100,000 characters of %s take no quadratic time, and the message can be read', (_, spec) => {
    const { result: check, seconds } = measureProcessorSeconds(() => checkCron(spec));
    expect(seconds).toBeLessThan(30);
    expect(check.ok ? 0 : check.message.length).toBeLessThan(500);
  });

  test('a list that would exhaust the stack of Jenkins is refused', () => {
    expect(checkCron(`${'1,'.repeat(2000)}1 * * * *`).ok).toBe(true);
    expect(refusal(`${'1,'.repeat(3000)}1 * * * *`)).toContain('more than 3000 items');
  });
});
