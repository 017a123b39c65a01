import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  groovyComment,
  groovyList,
  groovyShell,
  groovyString,
} from '../../../generator/render/literals/groovy-literal.ts';

const everyUnit = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code));

describe('groovyString', () => {
  test.each([
    ['plain text', "'plain text'"],
    ["it's", "'it\\'s'"],
    ['a\\b', "'a\\\\b'"],
    ['\n\r\t\b\f', "'\\n\\r\\t\\b\\f'"],
    ['$x ${y}', "'$x ${y}'"],
    ['"quoted"', '\'"quoted"\''],
    ['grüße 🧨', "'grüße 🧨'"],
    ['', "''"],
  ])('writes %j', (text, expected) => {
    expect(groovyString(text)).toBe(expected);
  });

  test('writes ASCII controls in octal: `\\u0001` would be translated before the lexer, which knows no U+0001', () => {
    expect(groovyString('\u0000\u0001\u001f\u007f')).toBe("'\\000\\001\\037\\177'");
  });

  test('gives three octal digits, so that a digit after them is no part of the escape', () => {
    expect(groovyString('\u00007')).toBe("'\\0007'");
  });

  test('shows what is invisible or misleads a reader', () => {
    expect(groovyString('\u0085\u00a0\u00ad\u200b\u202e\u2028\u2066\ufeff')).toBe(
      "'\\u0085\\u00a0\\u00ad\\u200b\\u202e\\u2028\\u2066\\ufeff'",
    );
  });

  test('shows tag characters, with which text can be written that nobody sees', () => {
    expect(groovyString('a\u{e0041}z')).toBe("'a\\udb40\\udc41z'");
  });

  test('writes halves of surrogate pairs as escapes, since no file can hold them', () => {
    expect(groovyString('a\ud83dz\udca3')).toBe("'a\\ud83dz\\udca3'");
  });

  test('never writes a quote, a backslash or a line end as a `\\u` escape', () => {
    const written = everyUnit.flatMap((unit) => /\\u([0-9a-f]{4})/.exec(groovyString(unit))?.[1] ?? []);
    expect(written.length).toBeGreaterThan(2_000);
    expect(written.filter((code) => parseInt(code, 16) < 0x80)).toEqual([]);
  });

  test('doubles a backslash before `u`, so that Groovy does not translate it', () => {
    expect(groovyString('\\u0027')).toBe("'\\\\u0027'");
  });

  test('stays on one line and between its quotes, whatever the text', () => {
    const inside = /^'(?:[^'\\\n\r]|\\(?:[\\'nrtbf]|[0-7]{3}|u[0-9a-f]{4}))*'$/;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...everyUnit) }), (text) =>
        expect(groovyString(text)).toMatch(inside),
      ),
      { numRuns: 500 },
    );
  });

  test('refuses U+FFFF, which Groovy takes for the end of the file', () => {
    expect(() => groovyString('a\uffff')).toThrow('U+FFFF');
  });
});

describe('groovyList', () => {
  test('writes each text as a constant of its own', () => {
    expect(groovyList(["a', 'b", ''])).toBe("['a\\', \\'b', '']");
    expect(groovyList([])).toBe('[]');
  });
});

describe('groovyShell', () => {
  test('writes one line as any other text', () => {
    expect(groovyShell("echo 'x'")).toBe("'echo \\'x\\''");
  });

  test('keeps the lines of a script, and quotes inside them', () => {
    expect(groovyShell("set -e\necho 'a b' \\\n  c\n")).toBe("'''set -e\necho 'a b' \\\\\n  c\n'''");
  });

  test.each([
    "'\n'",
    "a'\nb'",
    "'''\n'''",
    "''''\n\"'\"",
    "x '' y\n''",
    "\n'",
    "'\n",
    "\\'''\n\\'''",
    "'a'\n'a'",
  ])('lets no quote of %j end the constant', (text) => {
    const body = groovyShell(text).slice(3, -3);
    expect(body.replace(/\\./g, '')).not.toContain("'''");
    expect(body.replace(/\\./gs, '..')).not.toMatch(/^'|'$/);
  });

  test('writes a carriage return as an escape, since Groovy would read it as a line feed', () => {
    expect(groovyShell('a\r\nb')).toBe("'''a\\r\nb'''");
  });
});

describe('groovyComment', () => {
  test('is one line', () => {
    expect(groovyComment('a\nb\r\n\u2028c\u0085d\ve')).toBe('a b c d e');
  });

  test('holds no `\\u` escape, which Groovy would translate in a comment too', () => {
    expect(groovyComment('\\u000apwned()')).not.toContain('\\');
  });

  test('holds no character that a reader does not see', () => {
    // Unicode counts some signs before Arabic and Syriac numbers as formatting, but a reader sees them.
    const visible = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]/;
    const characters = [...everyUnit.filter((unit) => !visible.test(unit)), '\u{e0041}', '\u{e0001}'];
    const kept = characters.filter((one) =>
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\]/u.test(groovyComment(`a${one}b`)),
    );
    expect(kept).toEqual([]);
  });

  test('keeps apostrophes and quotes: they are text in a comment', () => {
    expect(groovyComment('the agent\'s "own"')).toBe('the agent\'s "own"');
  });
});
