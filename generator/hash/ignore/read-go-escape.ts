import type { Cursor } from './go-regexp.ts';
import { GoRegexpError } from './go-regexp.ts';

const maxCode = 0x10ffff;

const controls = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

/** The code point that an escape at the cursor stands for; the cursor moves behind it. */
export function readEscape(cursor: Cursor): number {
  const char = cursor.points[cursor.at + 1];
  if (char === undefined) throw new GoRegexpError('a trailing backslash');
  if (char === 'x') return readHex(cursor);
  if (/[0-7]/.test(char)) return readOctal(cursor);
  const control = controls.get(char);
  const code = control ?? char.codePointAt(0)!;
  if (control === undefined && /[^\x00-\x7f]|[0-9A-Za-z]/u.test(char)) throw unknown(char);
  cursor.at += 2;
  return code;
}

function unknown(char: string): GoRegexpError {
  return new GoRegexpError(`the unknown escape \\${char}`);
}

/** Up to three digits; a single one would be a back-reference, which Go lacks, unless it is 0. */
function readOctal(cursor: Cursor): number {
  const digits = /^[0-7]{1,3}/.exec(cursor.points.slice(cursor.at + 1, cursor.at + 4).join(''))![0];
  if (digits.length === 1 && digits !== '0') throw unknown(digits);
  cursor.at += 1 + digits.length;
  return Number.parseInt(digits, 8);
}

function readHex(cursor: Cursor): number {
  const { points, at } = cursor;
  const braced = points[at + 2] === '{';
  const end = braced ? points.indexOf('}', at) : at + 4;
  const digits = points.slice(at + (braced ? 3 : 2), Math.max(end, 0)).join('');
  const code = Number.parseInt(digits, 16);
  if (!/^[0-9A-Fa-f]+$/.test(digits) || (!braced && digits.length !== 2) || code > maxCode)
    throw unknown('x');
  cursor.at = braced ? end + 1 : end;
  return code;
}
