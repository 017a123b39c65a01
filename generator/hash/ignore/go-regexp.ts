/**
 * The part of Go's regular expressions that an ignore pattern can turn into. Not all of it: parentheses and plus signs
 * are escaped on the way, so there are no groups but the one that stands for `**`, and no flags.
 */
export type GoRegexp =
  /** One character; the source is a class of JavaScript's `u` mode. */
  | { readonly type: 'set'; readonly source: string }
  /** A condition between two characters; the source is JavaScript's. */
  | { readonly type: 'edge'; readonly source: '^' | '$' | '\\b' | '\\B' }
  | Repeat
  | { readonly type: 'sequence'; readonly of: readonly GoRegexp[] }
  | { readonly type: 'either'; readonly of: readonly GoRegexp[] };

export interface Repeat {
  readonly type: 'repeat';
  readonly of: GoRegexp;
  readonly min: number;
  /** Infinity where there is no bound. */
  readonly max: number;
}

/** Go does not compile it; the message is a reason without a subject. */
export class GoRegexpError extends Error {}

/** Where a parser stands in a text of code points. */
export interface Cursor {
  readonly points: readonly string[];
  at: number;
}

/** The class of these code points, bounds included, and of JavaScript's property escapes. */
export function setOf(
  ranges: readonly (readonly [number, number])[],
  properties: readonly string[] = [],
  negated = false,
): GoRegexp {
  const point = (code: number) => `\\u{${code.toString(16)}}`;
  const members = ranges.map(([low, high]) => (low === high ? point(low) : `${point(low)}-${point(high)}`));
  return { type: 'set', source: `[${negated ? '^' : ''}${members.join('')}${properties.join('')}]` };
}

/** The expression as JavaScript's own, to be used with `test`. Both find the same texts, in whatever way they look. */
export function toJavaScript(regexp: GoRegexp): RegExp {
  return new RegExp(writeSource(regexp), 'u');
}

function writeSource(regexp: GoRegexp): string {
  switch (regexp.type) {
    case 'set':
    case 'edge':
      return regexp.source;
    case 'sequence':
      return regexp.of.map(writeSource).join('');
    case 'either':
      return regexp.of.map(writeSource).join('|');
    case 'repeat':
      return `(?:${writeSource(regexp.of)}){${regexp.min},${regexp.max === Infinity ? '' : regexp.max}}`;
  }
}
