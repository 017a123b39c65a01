/**
 * A Groovy string constant of exactly this value, in single quotes: no interpolation, one line.
 *
 * Groovy 2.4 translates `\uXXXX` before it reads tokens, so a quote, backslash or line end written that way
 * would still end the constant; and its lexer knows no character below U+0003. Hence: backslash escapes for
 * what has one, octal escapes for the other controls, `\uXXXX` only for what is harmless as a raw character
 * but invisible or misleading to a reader (bidi controls, separators, tags, halves of surrogate pairs).
 * Source: Groovy's grammar (groovy.g, rules STRING_LITERAL and ESC) and UnicodeEscapingReader.
 *
 * @throws RangeError for U+FFFF, which Groovy's lexer takes for the end of the file
 */
export function groovyString(text: string): string {
  return `'${escapeGroovy(text)}'`;
}

/** A Groovy list of string constants. */
export function groovyList(texts: readonly string[]): string {
  return `[${texts.map(groovyString).join(', ')}]`;
}

/**
 * A string constant for shell text: in triple quotes where it has several lines, so that it reads as it was
 * written; else as groovyString.
 */
export function groovyShell(text: string): string {
  if (!text.includes('\n')) return groovyString(text);
  const body = text.split('\n').map(escapeLine).join('\n');
  return `'''${body}'''`;
}

/** One or two quotes inside a line cannot end a constant in triple quotes; at its ends they could. */
function escapeLine(line: string): string {
  const parts = line.split(/('+)/);
  const first = parts[0] === '' ? 1 : -1;
  const last = parts.at(-1) === '' ? parts.length - 2 : -1;
  return parts
    .map((part, index) =>
      index % 2 === 1 && part.length < 3 && index !== first && index !== last ? part : escapeGroovy(part),
    )
    .join('');
}

const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** What is written as an escape: what would end the constant, and what a reader could not see or would misread. */
const RANGES = [
  "\\\\'", // the backslash and the quote
  '\\u0000-\\u001f\\u007f-\\u009f', // controls
  '\\u00a0\\u3000\\u205f', // spaces that are none
  '\\u2028\\u2029', // separators of lines and paragraphs
  '\\u061c\\u200e\\u200f\\u202a-\\u202f\\u2066-\\u206f', // bidi controls
  '\\u00ad\\u115f\\u1160\\u200b-\\u200d\\u2060-\\u2065\\u3164\\ufeff\\uffa0', // nothing to see
  '\\ufff0-\\uffff', // specials and noncharacters
];
/** Marks that join the character before them; alone in their class, so that they join none here. */
const MARKS = ['\\u034f', '\\u17b4', '\\u17b5', '[\\u180b-\\u180f]', '[\\ufe00-\\ufe0f]'];
/** Tags and further variation selectors are pairs that begin with U+DB40; a lone half of a pair is no character. */
const PAIRS = [
  '\\udb40',
  '(?<=\\udb40)[\\udc00-\\udfff]',
  '[\\ud800-\\udbff](?![\\udc00-\\udfff])',
  '(?<![\\ud800-\\udbff])[\\udc00-\\udfff]',
];
const SPECIAL = new RegExp([`[${RANGES.join('')}]`, ...MARKS, ...PAIRS].join('|'), 'g');

/** What most texts are made of: nothing to escape, and found far quicker than each of SPECIAL. */
const PLAIN = /^[ !-&(-[\]-~]*$/;

function escapeGroovy(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (character) => {
    const named = NAMED[character];
    if (named !== undefined) return named;
    const code = character.charCodeAt(0);
    if (code === 0xffff) throw new RangeError('U+FFFF cannot be written in Groovy source');
    return code < 0x80 ? `\\${code.toString(8).padStart(3, '0')}` : escapeUnit(character);
  });
}

/** Writes characters that are invisible or misleading to a reader as `\uXXXX`; backslashes and quotes stay. */
export function escapeMisleading(text: string): string {
  return text.replace(SPECIAL, (character) => (/[\\']/.test(character) ? character : escapeUnit(character)));
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Text for a `//` comment: one line, no control or bidi character, no `\u` that Groovy would translate. */
export function groovyComment(text: string): string {
  return text
    .replace(/\\/g, '/')
    .replace(SPECIAL, (character) => (character === "'" ? character : ' '))
    .replace(/\s+/g, ' ')
    .trim();
}
