import { readEscape } from './read-go-escape.ts';
import type { Cursor, GoRegexp } from './go-regexp.ts';
import { GoRegexpError, setOf } from './go-regexp.ts';

type Range = readonly [number, number];

/** Characters named by one escape: code point ranges, or property escapes of JavaScript. */
export interface CharGroup {
  readonly ranges: readonly Range[];
  readonly properties: readonly string[];
}

const maxCode = 0x10ffff;
const digit: Range[] = [[0x30, 0x39]];
const upper: Range[] = [[0x41, 0x5a]];
const lower: Range[] = [[0x61, 0x7a]];
const alpha: Range[] = [...upper, ...lower];
const alnum: Range[] = [...digit, ...alpha];
const word: Range[] = [...digit, ...upper, [0x5f, 0x5f], ...lower];

/** All are ASCII, and each list is in order, so that it can be turned round. */
const named = new Map<string, readonly Range[]>([
  ['alnum', alnum],
  ['alpha', alpha],
  ['ascii', [[0, 0x7f]]],
  ['blank', [[9, 9], [32, 32]]], // prettier-ignore
  ['cntrl', [[0, 0x1f], [0x7f, 0x7f]]], // prettier-ignore
  ['digit', digit],
  ['graph', [[0x21, 0x7e]]],
  ['lower', lower],
  ['print', [[0x20, 0x7e]]],
  ['punct', [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]]], // prettier-ignore
  ['space', [[9, 13], [32, 32]]], // prettier-ignore
  ['upper', upper],
  ['word', word],
  ['xdigit', [...digit, [0x41, 0x46], [0x61, 0x66]]],
]);

/** Perl's letters. Its `\s` lacks the vertical tab that `[:space:]` has. */
const lettered = new Map<string, readonly Range[]>([
  ['d', digit],
  ['s', [[9, 10], [12, 13], [32, 32]]], // prettier-ignore
  ['w', word],
]);

function invert(ranges: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [low, high] of ranges) {
    if (next < low) gaps.push([next, low - 1]);
    next = high + 1;
  }
  return [...gaps, [next, maxCode]];
}

/** `\d`, `\D`, `\pL`, `\p{Greek}` … at the cursor, which moves behind it; undefined where there is none. */
export function readCharGroup(cursor: Cursor): CharGroup | undefined {
  const letter = cursor.points[cursor.at + 1];
  if (cursor.points[cursor.at] !== '\\' || letter === undefined) return undefined;
  if (letter === 'p' || letter === 'P') return readProperty(cursor, letter === 'P');
  const ranges = lettered.get(letter.toLowerCase());
  if (!ranges) return undefined;
  cursor.at += 2;
  return { ranges: letter === letter.toLowerCase() ? ranges : invert(ranges), properties: [] };
}

function readProperty(cursor: Cursor, upperCase: boolean): CharGroup {
  const { points, at } = cursor;
  const braced = points[at + 2] === '{';
  const end = braced ? points.indexOf('}', at) : at + 3;
  const text = points.slice(at + (braced ? 3 : 2), Math.max(end, 0)).join('');
  const name = text.startsWith('^') ? text.slice(1) : text;
  const property = translateProperty(name);
  if (end < 0 || property === undefined)
    throw new GoRegexpError(`the unknown Unicode class ${JSON.stringify(name)}`);
  cursor.at = braced ? end + 1 : end;
  const negated = upperCase !== text.startsWith('^');
  return { ranges: [], properties: [`\\${negated ? 'P' : 'p'}{${property}}`] };
}

/** The scripts whose full names look like the short ones, which Go does not know. */
const fourLetterScripts = new Set(['Ahom', 'Cham', 'Kawi', 'Lisu', 'Modi', 'Thai', 'Toto']);

/**
 * The names that all releases of Go agree on: categories and one-word scripts, spelt exactly. Go 1.25 took in others
 * (`Letter`, `greek`) and lost `Old_Italic`; those are refused.
 */
function translateProperty(name: string): string | undefined {
  if (name === 'Any') return 'Any';
  if (/^(?:C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/.test(name)) return `gc=${name}`;
  if (!/^[A-Z][a-z]+$/.test(name) || (name.length === 4 && !fourLetterScripts.has(name))) return undefined;
  try {
    new RegExp(`\\p{Script=${name}}`, 'u');
    return `Script=${name}`;
  } catch {
    return undefined;
  }
}

/** A class in brackets at the cursor, which moves behind it. */
export function readClass(cursor: Cursor): GoRegexp {
  const { points } = cursor;
  cursor.at++;
  const negated = points[cursor.at] === '^';
  if (negated) cursor.at++;
  const ranges: Range[] = [];
  const properties: string[] = [];
  const start = cursor.at;
  while (points[cursor.at] !== ']' || cursor.at === start) {
    const group = readNamed(cursor) ?? readCharGroup(cursor);
    ranges.push(...(group?.ranges ?? [readRange(cursor)]));
    properties.push(...(group?.properties ?? []));
  }
  cursor.at++;
  return setOf(ranges, properties, negated);
}

function readNamed(cursor: Cursor): CharGroup | undefined {
  const { points, at } = cursor;
  if (points[at] !== '[' || points[at + 1] !== ':') return undefined;
  let end = at + 2;
  while (end < points.length && !(points[end] === ':' && points[end + 1] === ']')) end++;
  if (end === points.length) return undefined;
  const text = points.slice(at + 2, end).join('');
  const ranges = named.get(text.startsWith('^') ? text.slice(1) : text);
  if (!ranges) throw new GoRegexpError(`the unknown class [:${text}:]`);
  cursor.at = end + 2;
  return { ranges: text.startsWith('^') ? invert(ranges) : ranges, properties: [] };
}

function readRange(cursor: Cursor): Range {
  const { points } = cursor;
  const low = readMember(cursor);
  if (points[cursor.at] !== '-' || cursor.at + 1 >= points.length || points[cursor.at + 1] === ']')
    return [low, low];
  cursor.at++;
  const high = readMember(cursor);
  if (high < low) throw new GoRegexpError('a character range the wrong way round');
  return [low, high];
}

function readMember(cursor: Cursor): number {
  const char = cursor.points[cursor.at];
  if (char === undefined) throw new GoRegexpError('an unclosed [');
  if (char === '\\') return readEscape(cursor);
  cursor.at++;
  return char.codePointAt(0)!;
}
