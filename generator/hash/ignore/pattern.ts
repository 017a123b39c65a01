import { BadPattern } from './bad-pattern.ts';
import { GoRegexpError, toJavaScript } from './go-regexp.ts';
import { directories, parseGoRegexp } from './parse-go-regexp.ts';
import { mayBacktrack, searchSteadily } from './search-steadily.ts';

type Match = (path: string) => boolean;
type Kind = 'exact' | 'prefix' | 'suffix' | 'regexp';

/** One line of an ignore file, ready to match. */
export class Pattern {
  /** Cleaned, without the `!`. */
  readonly text: string;
  /** Whether it began with `!`, that is, brings back what earlier patterns took out. */
  readonly exception: boolean;
  #match: Match | undefined;

  constructor(text: string, exception: boolean) {
    this.text = text;
    this.exception = exception;
  }

  /**
   * Whether the pattern fits this very path, its parents left aside.
   * @throws BadPattern where only the attempt shows that Docker cannot use the pattern
   */
  fits(path: string): boolean {
    this.#match ??= compile(this.text);
    return this.#match(path);
  }
}

function compile(text: string): Match {
  const { kind, source } = translate(text);
  if (kind === 'exact') return (path) => path === text;
  if (kind === 'prefix') {
    const prefix = text.slice(0, -'**'.length);
    return (path) => path.startsWith(prefix);
  }
  if (kind === 'suffix') return compileSuffix(text);
  try {
    const expression = parseGoRegexp(`${source}$`);
    if (mayBacktrack(expression)) return searchSteadily(expression);
    const regexp = toJavaScript(expression);
    return (path) => regexp.test(path);
  } catch (error) {
    if (error instanceof GoRegexpError) throw new BadPattern(text, error.message);
    throw error;
  }
}

function compileSuffix(text: string): Match {
  if (text.startsWith(byteOrderMark)) return compileMarkedSuffix(text.slice(1));
  const suffix = text.slice('**'.length);
  if (!suffix.startsWith('/')) return (path) => path.endsWith(suffix);
  const whole = suffix.slice(1);
  return (path) => path.endsWith(suffix) || path === whole;
}

const byteOrderMark = '\ufeff';

/**
 * moby cuts two bytes off, taking them for `**`. Behind a byte order mark they are its first two, and what is left of
 * it, the byte BF, is the last byte of many a character.
 */
function compileMarkedSuffix(rest: string): Match {
  return (path) => {
    const unit = path.charCodeAt(path.length - rest.length - 1);
    return path.endsWith(rest) && unit >= 0x80 && (unit & 0x3f) === 0x3f;
  };
}

const escaped = new Set('.+()$');

/**
 * The pattern as a Go expression, as moby's `patternmatcher` translates it: `{`, `}`, `|` and `^` pass through with
 * the meaning they have in an expression, and stars are translated even within brackets.
 */
function translate(text: string): { kind: Kind; source: string } {
  const chars = [...(text.startsWith(byteOrderMark) ? text.slice(1) : text)];
  let kind: Kind = 'exact';
  let source = '^';
  let at = 0;
  while (at < chars.length) {
    const step = translateNext(chars, at, kind);
    source += step.source;
    kind = step.kind;
    at = step.next;
  }
  return { kind, source };
}

interface Step {
  readonly source: string;
  readonly kind: Kind;
  readonly next: number;
}

function translateNext(chars: readonly string[], at: number, kind: Kind): Step {
  const char = chars[at]!;
  const following = chars[at + 1];
  if (char === '*' && following === '*') return translateDoubleStar(chars, at, kind);
  if (char === '*') return { source: '[^/]*', kind: 'regexp', next: at + 1 };
  if (char === '?') return { source: '[^/]', kind: 'regexp', next: at + 1 };
  if (char === '\\' && following !== undefined)
    return { source: `\\${following}`, kind: 'regexp', next: at + 2 };
  if (char === '[' || char === ']') return { source: char, kind: 'regexp', next: at + 1 };
  return { source: escaped.has(char) ? `\\${char}` : char, kind, next: at + 1 };
}

function translateDoubleStar(chars: readonly string[], at: number, kind: Kind): Step {
  const next = chars[at + 2] === '/' ? at + 3 : at + 2;
  const last = next >= chars.length;
  const found: Kind = last && kind === 'exact' ? 'prefix' : 'regexp';
  return { source: last ? '.*' : directories, kind: at === 0 ? 'suffix' : found, next };
}
