/** One token; `kind` is the name by which ANTLR shows it, `column` counts code points from 0. */
export interface Token<Kind extends string> {
  readonly kind: Kind;
  readonly text: string;
  readonly column: number;
}

/** What made a parser stop: the only error it reports, for Jenkins' listener throws at the first one. */
export type RefusalReason = 'unreadable' | 'unwanted' | 'missing' | 'mismatched' | 'value';

/** A text is not in the language. `message` has no position; `column` counts code points from 0. */
export class SyntaxRefusal extends Error {
  readonly reason: RefusalReason;
  readonly column: number;
  readonly found: string;
  readonly expected: readonly string[];

  constructor(
    reason: RefusalReason,
    message: string,
    at: { column: number; found?: string; expected?: readonly string[] },
  ) {
    super(message);
    this.reason = reason;
    this.column = at.column;
    this.found = at.found ?? '';
    this.expected = at.expected ?? [];
  }
}

/** The refusal of a text that begins no token; `text` ends with the character that did not fit. */
export function refuseUnreadable(text: string, column: number): SyntaxRefusal {
  const found = escapeLineBreaks(text);
  return new SyntaxRefusal('unreadable', `token recognition error at: '${found}'`, { column, found });
}

/**
 * Reads tokens and judges them as a parser does that ANTLR 4.13 generated: the same lookahead (so that an
 * unreadable character further on is reported before or after a misplaced token as in Jenkins), the same
 * choice between "extraneous", "missing" and "mismatched", the same sets of expected tokens.
 */
export class TokenStream<Kind extends string> {
  readonly #read: () => Token<Kind>;
  readonly #vocabulary: readonly Kind[];
  readonly #ahead: Token<Kind>[] = [];
  #ended = false;
  /** What could have stood where an optional part was last left out; ANTLR names it in the next mismatch. */
  #leftOut: readonly Kind[] | undefined;

  /**
   * @param read yields the next token, for ever the end token after the last; throws SyntaxRefusal
   * @param vocabulary all kinds in the order of the grammar, the end token first
   */
  constructor(read: () => Token<Kind>, vocabulary: readonly Kind[]) {
    this.#read = read;
    this.#vocabulary = vocabulary;
  }

  get current(): Token<Kind> {
    return this.#peek(0);
  }

  get following(): Token<Kind> {
    return this.#peek(1);
  }

  /** Takes the current token; like ANTLR's stream it reads the one after it at once. */
  advance(): Token<Kind> {
    const taken = this.current;
    this.#ahead.shift();
    void this.current;
    return taken;
  }

  /** Takes a token of that kind; `after` are the kinds that may stand behind it in this context. */
  expect(kind: Kind, after: readonly Kind[]): Token<Kind> {
    if (this.current.kind === kind) return this.advance();
    if (this.following.kind === kind) throw this.#unwanted([kind]);
    if (after.includes(this.current.kind)) throw this.#missing(kind);
    throw this.#mismatched(this.#leftOut ?? [kind]);
  }

  /** Stands before alternatives of which one must follow. */
  enterChoice(kinds: readonly Kind[]): void {
    if (!kinds.includes(this.current.kind)) {
      throw kinds.includes(this.following.kind) ? this.#unwanted(kinds) : this.#mismatched(kinds);
    }
    this.#leftOut = undefined;
  }

  /** Stands before a part that may be left out: says whether it follows; `otherwise` is what else may. */
  enterOption(kind: Kind, otherwise: readonly Kind[]): boolean {
    const follows = this.current.kind === kind;
    this.#leftOut = follows ? undefined : (this.#leftOut ?? [kind, ...otherwise]);
    return follows;
  }

  /** The refusal of a value that is no mistake of grammar; it points at the current token. */
  refuseValue(message: string): SyntaxRefusal {
    return new SyntaxRefusal('value', message, { column: this.current.column });
  }

  #peek(distance: number): Token<Kind> {
    while (this.#ahead.length <= distance && !this.#ended) {
      const token = this.#read();
      this.#ahead.push(token);
      this.#ended = token.kind === this.#vocabulary[0];
    }
    return this.#ahead[distance] ?? this.#ahead.at(-1) ?? this.#read();
  }

  #unwanted(expected: readonly Kind[]): SyntaxRefusal {
    return this.#refuse(
      'unwanted',
      expected,
      (found, wanted) => `extraneous input ${found} expecting ${wanted}`,
    );
  }

  #missing(kind: Kind): SyntaxRefusal {
    return this.#refuse('missing', [kind], (found, wanted) => `missing ${wanted} at ${found}`);
  }

  #mismatched(expected: readonly Kind[]): SyntaxRefusal {
    return this.#refuse(
      'mismatched',
      expected,
      (found, wanted) => `mismatched input ${found} expecting ${wanted}`,
    );
  }

  #refuse(
    reason: RefusalReason,
    kinds: readonly Kind[],
    compose: (found: string, wanted: string) => string,
  ): SyntaxRefusal {
    const { text, column } = this.current;
    const expected = this.#vocabulary.filter((kind) => kinds.includes(kind));
    const wanted = expected.length === 1 ? `${expected[0]}` : `{${expected.join(', ')}}`;
    const found = escapeLineBreaks(text);
    return new SyntaxRefusal(reason, compose(`'${found}'`, wanted), { column, found, expected });
  }
}

function escapeLineBreaks(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
