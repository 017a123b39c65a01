import type { GoRegexp } from './go-regexp.ts';

/** Positions between characters that have been reached, by number. */
type Positions = ReadonlySet<number>;

/** More loops than this in a row, and JavaScript's backtracking could take minutes over one path. */
const loopLimit = 3;

/** Whether JavaScript's engine might try a text in too many ways, so that `searchSteadily` is to be used. */
export function mayBacktrack(regexp: GoRegexp): boolean {
  return countLoops(regexp) > loopLimit;
}

function countLoops(regexp: GoRegexp): number {
  if (regexp.type === 'sequence') return regexp.of.reduce((sum, part) => sum + countLoops(part), 0);
  if (regexp.type === 'either') return Math.max(...regexp.of.map(countLoops));
  if (regexp.type !== 'repeat') return 0;
  const inner = countLoops(regexp.of);
  if (regexp.max - regexp.min > 1) return 1 + inner * (loopLimit + 1);
  return inner * regexp.max;
}

/**
 * A search that keeps to Go's bound: time in proportion to the expression and the text, whatever they are, by moving all
 * reachable positions through the expression together. Slower than `toJavaScript` where that does not go astray.
 */
export function searchSteadily(regexp: GoRegexp): (text: string) => boolean {
  const tests = new Map<string, RegExp>();
  const holds = (source: string, char: string): boolean => {
    let test = tests.get(source);
    if (!test) tests.set(source, (test = new RegExp(source, 'u')));
    return test.test(char);
  };
  return (text) => {
    const chars = [...text];
    const everywhere = new Set(Array.from({ length: chars.length + 1 }, (_, position) => position));
    return move(regexp, everywhere).size > 0;

    function move(part: GoRegexp, from: Positions): Positions {
      switch (part.type) {
        case 'set':
          return new Set(
            [...from].filter((at) => at < chars.length && holds(part.source, chars[at]!)).map((at) => at + 1),
          );
        case 'edge':
          return new Set([...from].filter((at) => isEdge(part.source, chars, at)));
        case 'sequence':
          return part.of.reduce((reached, next) => move(next, reached), from);
        case 'either':
          return new Set(part.of.flatMap((one) => [...move(one, from)]));
        case 'repeat':
          return repeat(part.of, part.min, part.max, from);
      }
    }

    function repeat(part: GoRegexp, min: number, max: number, from: Positions): Positions {
      let reached = from;
      for (let n = 0; n < min && reached.size > 0; n++) reached = move(part, reached);
      const all = new Set(reached);
      for (let n = min; n < max && reached.size > 0; n++) {
        // Only what is new can lead on to something new.
        reached = new Set([...move(part, reached)].filter((at) => !all.has(at)));
        for (const at of reached) all.add(at);
      }
      return all;
    }
  };
}

function isEdge(edge: '^' | '$' | '\\b' | '\\B', chars: readonly string[], at: number): boolean {
  if (edge === '^') return at === 0;
  if (edge === '$') return at === chars.length;
  const isWord = (index: number) => /^\w/.test(chars[index] ?? '');
  return (isWord(at - 1) !== isWord(at)) === (edge === '\\b');
}
