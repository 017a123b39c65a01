import { readCharGroup, readClass } from './read-go-class.ts';
import { readEscape } from './read-go-escape.ts';
import type { Cursor, GoRegexp, Repeat } from './go-regexp.ts';
import { GoRegexpError, setOf } from './go-regexp.ts';

/** Go's bound for one repetition and for the product of nested ones. */
const repeatLimit = 1000;

const anyButNewline = setOf([[10, 10]], [], true);
const slash = setOf([[47, 47]]);

/** `**` amid a pattern: nothing, or anything that ends in a slash. */
export const directories = '(.*/)?';
const directoriesNode: Repeat = {
  type: 'repeat',
  of: { type: 'sequence', of: [{ type: 'repeat', of: anyButNewline, min: 0, max: Infinity }, slash] },
  min: 0,
  max: 1,
};

interface Parser extends Cursor {
  readonly alternatives: GoRegexp[][];
  /** Whether a repetition was the last thing read: Go forbids a second one right behind it. */
  repeated: boolean;
}

/**
 * Reads an expression as Go's `regexp` does (RE2 syntax, Perl's flags).
 * @throws GoRegexpError where Go has an error, save for its bounds on the size and depth of huge expressions
 */
export function parseGoRegexp(text: string): GoRegexp {
  const parser: Parser = { points: [...text], at: 0, alternatives: [[]], repeated: false };
  while (parser.at < parser.points.length) {
    const repeats = readRepeat(parser);
    if (!repeats) readAtom(parser);
    parser.repeated = repeats;
  }
  return { type: 'either', of: parser.alternatives.map((of) => ({ type: 'sequence', of })) };
}

function readAtom(parser: Parser): void {
  const char = parser.points[parser.at]!;
  if (char === '\\') return readBackslash(parser);
  if (char === '[') return push(parser, readClass(parser));
  parser.at++;
  if (char === '|') parser.alternatives.push([]);
  else if (char === '^' || char === '$') push(parser, { type: 'edge', source: char });
  else if (char === '.') push(parser, anyButNewline);
  else push(parser, literal(char));
}

function push(parser: Parser, node: GoRegexp): void {
  parser.alternatives.at(-1)!.push(node);
}

function literal(char: string): GoRegexp {
  const code = char.codePointAt(0)!;
  return setOf([[code, code]]);
}

const edges = new Map<string, GoRegexp>([
  ['A', { type: 'edge', source: '^' }],
  ['z', { type: 'edge', source: '$' }],
  ['b', { type: 'edge', source: '\\b' }],
  ['B', { type: 'edge', source: '\\B' }],
]);

function readBackslash(parser: Parser): void {
  const next = parser.points[parser.at + 1];
  const edge = edges.get(next ?? '');
  if (edge) {
    parser.at += 2;
    return push(parser, edge);
  }
  if (next === 'Q') return readQuoted(parser);
  const group = readCharGroup(parser);
  if (group) return push(parser, setOf(group.ranges, group.properties));
  const code = readEscape(parser);
  push(parser, setOf([[code, code]]));
}

/** `\Q` makes what follows literal, to `\E` or the end. */
function readQuoted(parser: Parser): void {
  const { points } = parser;
  let end = parser.at + 2;
  while (end < points.length && !(points[end] === '\\' && points[end + 1] === 'E')) end++;
  for (const char of points.slice(parser.at + 2, end)) push(parser, literal(char));
  parser.at = Math.min(end + 2, points.length);
}

function readRepeat(parser: Parser): boolean {
  const { points, at } = parser;
  if (points[at] === '(') return readDirectories(parser);
  const found = points[at] === '*' ? { min: 0, max: Infinity, end: at + 1 } : readCounts(points, at);
  if (!found) return false;
  if (found.min > repeatLimit || (found.max !== Infinity && found.max > repeatLimit) || found.min > found.max)
    throw new GoRegexpError('a repetition count that is too large or the wrong way round');
  if (parser.repeated) throw new GoRegexpError('a repetition of a repetition');
  const of = parser.alternatives.at(-1)!.pop();
  if (!of) throw new GoRegexpError('a repetition of nothing');
  const node: Repeat = { type: 'repeat', of, min: found.min, max: found.max };
  const counts = found.min >= 2 || (found.max >= 2 && found.max !== Infinity);
  if (counts && !staysWithin(node, repeatLimit))
    throw new GoRegexpError('nested repetitions that are too large');
  push(parser, node);
  parser.at = found.end;
  return true;
}

/** The one group there is ends in a repetition itself. A second one right behind the first adds no text. */
function readDirectories(parser: Parser): boolean {
  if (parser.alternatives.at(-1)!.at(-1) !== directoriesNode) push(parser, directoriesNode);
  parser.at += directories.length;
  return true;
}

/** `{n}`, `{n,}` or `{n,m}`; anything else in braces is plain text. */
function readCounts(
  points: readonly string[],
  at: number,
): { min: number; max: number; end: number } | undefined {
  if (points[at] !== '{') return undefined;
  const end = points.indexOf('}', at);
  if (end < 0) return undefined;
  const [, low, comma, high] =
    /^(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?$/.exec(points.slice(at + 1, end).join('')) ?? [];
  if (low === undefined) return undefined;
  const open = comma === undefined ? Number(low) : Infinity;
  return { min: Number(low), max: high === undefined ? open : finite(high), end: end + 1 };
}

/** A number so long that it overflows is still no "without bound". */
function finite(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}

function staysWithin(node: GoRegexp, limit: number): boolean {
  if (node.type !== 'repeat') return true;
  // A star is no count for Go: only `{}` uses the limit up.
  if (node.max === 0) return true;
  const count = node.max === Infinity ? node.min : node.max;
  if (count > limit) return false;
  return staysWithin(node.of, count > 0 ? Math.floor(limit / count) : limit);
}
