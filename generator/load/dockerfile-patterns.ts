/**
 * The patterns of `${name#…}`, `${name%…}` and `${name/…/…}`: `*` and `?`, and `\` before either. Matched by
 * walking all possibilities at once, since a regular expression made of somebody's `*a*a*a*` can take years.
 */
const MAX_STEPS = 2_000_000;

interface Token {
  kind: 'one' | 'many' | 'literal';
  text: string;
}

/**
 * Removes what the pattern matches from the front (`#`) or the end (`%`): the shortest piece, or the longest
 * where the pattern starts with the same character once more.
 * @returns undefined where value and pattern are too long
 */
export function trimPattern(value: string, pattern: string, side: '#' | '%'): string | undefined {
  const longest = pattern.startsWith(side);
  const tokens = readPattern(longest ? pattern.slice(1) : pattern);
  if (tokens.length * value.length > MAX_STEPS) return undefined;
  const characters = [...value];
  if (side === '%') {
    tokens.reverse();
    characters.reverse();
  }
  const ends = findEnds(tokens, characters, 0);
  const end = longest ? ends.at(-1) : ends[0];
  if (end === undefined) return value;
  const kept = characters.slice(end);
  return (side === '%' ? kept.reverse() : kept).join('');
}

/**
 * Replaces the leftmost longest match, or all of them.
 * @returns undefined where value and pattern are too long
 */
export function replacePattern(
  value: string,
  pattern: string,
  replacement: string,
  all: boolean,
): string | undefined {
  const tokens = readPattern(pattern);
  const characters = [...value];
  if (
    tokens.length * characters.length ** 2 > MAX_STEPS ||
    replacement.length * characters.length > MAX_STEPS
  )
    return undefined;
  let result = '';
  let at = 0;
  let ended = -1;
  while (at <= characters.length) {
    // An empty match right after another match is none.
    const end =
      ended >= 0 && !all
        ? undefined
        : findEnds(tokens, characters, at).findLast((found) => found > at || at !== ended);
    if (end !== undefined) result += replacement;
    if (end === undefined || end === at) result += characters[at++] ?? '';
    else at = end;
    if (end !== undefined) ended = end;
  }
  return result;
}

function readPattern(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (const [, escaped, text] of pattern.matchAll(/(\\)?(.)/gsu)) {
    if (escaped !== undefined || (text !== '*' && text !== '?'))
      tokens.push({ kind: 'literal', text: text! });
    else tokens.push({ kind: text === '*' ? 'many' : 'one', text: text });
  }
  return tokens;
}

/** Where a match that begins at `start` may end, in ascending order. */
function findEnds(tokens: readonly Token[], characters: readonly string[], start: number): number[] {
  const ends: number[] = [];
  let states = closeOver(tokens, new Set([0]));
  for (let at = start; ; at++) {
    if (states.has(tokens.length)) ends.push(at);
    if (at >= characters.length || states.size === 0) return ends;
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token?.kind === 'many') next.add(state);
      else if (token?.kind === 'one' || token?.text === characters[at]) next.add(state + 1);
    }
    states = closeOver(tokens, next);
  }
}

/** A `*` may match nothing. */
function closeOver(tokens: readonly Token[], states: Set<number>): Set<number> {
  for (const state of states) if (tokens[state]?.kind === 'many') states.add(state + 1);
  return states;
}
