import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkLabelExpression } from '../../../generator/model/jenkins/label-expression.ts';
import { measureProcessorSeconds } from './measure-processor-seconds.ts';

interface Answer {
  label: string;
  ok: boolean;
  message?: string;
}

const TABLE = new URL('../../fixtures/real-jenkins/labels.json', import.meta.url);
const answers = JSON.parse(readFileSync(TABLE, 'utf8')) as Answer[];

const refusal = (text: string): string => {
  const check = checkLabelExpression(text);
  return check.ok ? '(accepted)' : check.message;
};

describe('answers recorded from a real Jenkins 2.541.3', () => {
  test('the table is there', () => expect(answers.length).toBeGreaterThan(20));

  test.each(answers)('$label: the same verdict', ({ label, ok }) => {
    expect(checkLabelExpression(label).ok).toBe(ok);
  });

  test.each(answers.filter(({ message }) => message?.startsWith('line ')))(
    '$label: the same words where Jenkins has a sentence',
    ({ label, message }) => expect(refusal(label)).toBe(message),
  );
});

describe('the grammar', () => {
  test.each([
    '-',
    'a-',
    'a-->b',
    '-a',
    '((a))',
    '!(a&&!b)',
    'a&&b||c->d<->e->f',
    '(a->b)->c',
    '"\\""',
    'a\nb',
    '\tx ',
  ])('%j is accepted', (text) => expect(checkLabelExpression(text)).toEqual({ ok: true }));

  test.each([
    ['', "line 1:0: found the end, expected '!', '(', a label or a quoted label"],
    ['!!a', "line 1:1: extraneous input '!' expecting {'(', ATOM, STRINGLITERAL}"],
    ['a->b->c', "line 1:4: found ->, expected the end, '&&', '||' or '<->'"],
    ['a b c', "line 1:2: found b, expected the end, '&&', '||', '->' or '<->'"],
    ['(a b)', "line 1:3: extraneous input 'b' expecting ')'"],
    ['a)', "line 1:1: extraneous input ')' expecting <EOF>"],
    [
      '<a',
      'line 1:0: <a is neither a label nor an operator; put a label with special characters in "double quotes"',
    ],
    ['a\nb c', "line 2:2: extraneous input 'c' expecting <EOF>"],
    [
      '"a\nb"',
      'line 1:0: "a\\n is neither a label nor an operator; put a label with special characters in "double quotes"',
    ],
    [
      '"\\x"',
      'line 1:0: "\\x is neither a label nor an operator; put a label with special characters in "double quotes"',
    ],
  ])('%j is refused where Jenkins refuses it', (text, message) => expect(refusal(text)).toBe(message));

  test.each(['""', '!""', '(a && "")'])('%s, on which Jenkins stumbles, is refused', (text) => {
    expect(refusal(text)).toContain('a quoted label is empty');
  });

  test('parentheses that would exhaust the stack of Jenkins are refused', () => {
    const nest = (depth: number): string => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(checkLabelExpression(nest(500)).ok).toBe(true);
    expect(refusal(nest(501))).toContain('nested too deeply');
  });
});

describe('any text', () => {
  const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
    operand: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('linux', 'x-1.2', '日本', '"a b"', '!windows', 'a=b'),
      tie('expression').map((inner) => `(${inner})`),
      tie('expression').map((inner) => `!( ${inner} )`),
    ),
    expression: fc
      .tuple(tie('operand'), fc.constantFrom('&&', ' || ', ' && ', '<->'), tie('operand'))
      .map((parts) => parts.join('')),
  }));

  test('what the grammar makes is accepted', () => {
    fc.assert(fc.property(expression, (text) => checkLabelExpression(text).ok));
  });

  test('an operator at the end is refused', () => {
    const operator = fc.constantFrom('&&', '||', '->', '<->', '!');
    fc.assert(fc.property(expression, operator, (text, sign) => !checkLabelExpression(`${text} ${sign}`).ok));
  });

  test('none makes it throw, and a refusal is one line', () => {
    const near = fc.array(
      fc.constantFrom('a', '&&', '||', '-', '>', '<', '(', ')', '"', '\\', ' ', '!', '\n'),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      near.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (label) => {
        const check = checkLabelExpression(label);
        return check.ok || (check.message !== '' && !/[\r\n]/.test(check.message));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['(', '!', 'a', ' ', 'a&&', '"', '<', '-', '->', '"x" ', '\\', '\n'])(
    '100,000 characters of %j take no quadratic time',
    (part) => {
      const { result: check, seconds } = measureProcessorSeconds(() =>
        checkLabelExpression(part.repeat(100_000 / part.length)),
      );
      expect(seconds).toBeLessThan(30);
      expect(check.ok ? 0 : check.message.length).toBeLessThan(500);
    },
  );
});
