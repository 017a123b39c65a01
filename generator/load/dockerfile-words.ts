/**
 * How BuildKit reads one word of a Dockerfile: quotes, escapes and `$` forms (moby/buildkit,
 * frontend/dockerfile/shell). Names that are read without being set are reported, since BuildKit takes them
 * as empty without a word.
 */
import { shorten } from '../model/shorten.ts';
import { WordList } from './dockerfile-word-list.ts';
import { replacePattern, trimPattern } from './dockerfile-patterns.ts';

export interface WordOptions {
  /** `\` or a backtick, as the file's escape directive says. */
  escape: string;
  lookup: (name: string) => string | undefined;
  /** Quotes and escapes stay in the result, and what is unset stays as written: the reading of heredoc marks. */
  raw?: boolean;
}

export interface Expansion {
  text: string;
  /** The result split at blanks that are not quoted. */
  words: string[];
  /** The variables that the result depends on and that are not set. */
  unset: string[];
  /** The variables that the result depends on, set or not. */
  used: string[];
}

/** Deeper nesting of `${a:-${b:-…}}` than this is a mistake, and would exhaust the stack. */
const MAX_DEPTH = 64;
/** Blanks after `<<` belong to the mark: `<< EOF` is one word. */
const HEREDOC_MARK = /<<[\t\v\f\r ]*|</y;
const NAME = /\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*/uy;

class WordError extends Error {}

/** Expands one word. @returns the result, or `{ error }`, one line, where the word's syntax is wrong. */
export function expandWord(source: string, options: WordOptions): Expansion | { error: string } {
  try {
    const reader = new WordReader(source, options);
    const { text, words } = reader.readUntil(undefined, options.raw === true, 0);
    return { text, words, unset: [...reader.unset], used: [...reader.used] };
  } catch (error) {
    if (error instanceof WordError) return { error: shorten(error.message) };
    throw error;
  }
}

class WordReader {
  unset = new Set<string>();
  used = new Set<string>();
  readonly #source: string;
  readonly #options: WordOptions;
  #at = 0;

  constructor(source: string, options: WordOptions) {
    this.#source = source;
    this.#options = options;
  }

  readUntil(stop: string | undefined, rawEscapes: boolean, depth: number): { text: string; words: string[] } {
    if (depth > MAX_DEPTH) throw new WordError(`"\${" is nested more than ${MAX_DEPTH} deep`);
    const list = new WordList();
    let text = '';
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at]!;
      if (character === stop) {
        this.#at++;
        return { text, words: list.end() };
      }
      const piece = this.#readPiece(character, rawEscapes, depth);
      text += piece.text;
      list.add(piece.text, piece.quoted);
    }
    if (stop !== undefined) throw new WordError(`"${stop}" is missing`);
    return { text, words: list.end() };
  }

  #readPiece(character: string, rawEscapes: boolean, depth: number): { text: string; quoted: boolean } {
    if (character === "'") return { text: this.#readSingleQuoted(), quoted: true };
    if (character === '"') return { text: this.#readDoubleQuoted(rawEscapes, depth), quoted: true };
    if (character === '$') return { text: this.#readDollar(depth), quoted: false };
    if (character === '<') return { text: this.#take(HEREDOC_MARK), quoted: true };
    this.#at++;
    if (character !== this.#options.escape) return { text: character, quoted: false };
    const escaped = this.#source[this.#at++] ?? '';
    return { text: rawEscapes ? character + escaped : escaped, quoted: true };
  }

  #readSingleQuoted(): string {
    const end = this.#source.indexOf("'", this.#at + 1);
    if (end === -1) throw new WordError("a single quote (') is not closed");
    const content = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#options.raw ? `'${content}'` : content;
  }

  #readDoubleQuoted(rawEscapes: boolean, depth: number): string {
    const quote = this.#options.raw ? '"' : '';
    let text = quote;
    this.#at++;
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at]!;
      if (character === '$') {
        text += this.#readDollar(depth);
        continue;
      }
      this.#at++;
      if (character === '"') return text + quote;
      if (character === this.#options.escape) {
        const next = this.#source[this.#at] ?? '';
        const escapable = next === '"' || next === '$' || next === this.#options.escape;
        if (escapable) this.#at++;
        text += (rawEscapes || !escapable ? character : '') + (escapable ? next : '');
      } else text += character;
    }
    throw new WordError('a double quote (") is not closed');
  }

  #readDollar(depth: number): string {
    this.#at++;
    if (this.#source[this.#at] !== '{') {
      const name = this.#readName();
      return name === '' ? '$' : (this.#get(name) ?? (this.#options.raw ? `$${name}` : ''));
    }
    const start = this.#at++;
    const name = this.#readName();
    if (name === '') throw new WordError('a name must follow "${"');
    let operator = this.#source[this.#at++] ?? '';
    if (operator === '}') return this.#get(name) ?? (this.#options.raw ? `\${${name}}` : '');
    if (operator === ':') operator += this.#source[this.#at++] ?? '';
    const text = this.#applyOperator(name, operator, depth + 1);
    return this.#options.raw && this.#options.lookup(name) === undefined
      ? `$${this.#source.slice(start, this.#at)}`
      : text;
  }

  #applyOperator(name: string, operator: string, depth: number): string {
    if (operator === '') throw new WordError('"}" is missing');
    if (operator === '/') {
      const all = this.#source[this.#at] === '/';
      if (all) this.#at++;
      const pattern = this.readUntil('/', true, depth).text;
      const replacement = this.readUntil('}', true, depth).text;
      return checked(replacePattern(this.#get(name) ?? '', pattern, replacement, all));
    }
    const kind = operator.at(-1)!;
    if (kind === '#' || kind === '%') {
      if (operator !== kind) throw new WordError(`"\${${name}${operator}" is not supported`);
      const pattern = this.readUntil('}', true, depth).text;
      return checked(trimPattern(this.#get(name) ?? '', pattern, kind));
    }
    if (!'-+?'.includes(kind)) throw new WordError(`"\${${name}${operator}" is not supported`);
    return this.#applyCondition(name, kind, operator.startsWith(':'), depth);
  }

  #applyCondition(name: string, kind: string, emptyIsUnset: boolean, depth: number): string {
    const outer = { unset: this.unset, used: this.used };
    this.unset = new Set();
    this.used = new Set();
    const word = this.readUntil('}', false, depth).text;
    const inner = { unset: this.unset, used: this.used };
    Object.assign(this, outer);
    const value = this.#options.lookup(name);
    this.used.add(name);
    const present = value !== undefined && !(emptyIsUnset && value === '');
    if (kind === '?') {
      if (present) return value;
      throw new WordError(
        `${name}: ${word === '' ? `must ${emptyIsUnset ? 'not be empty' : 'be set'}` : word}`,
      );
    }
    if (present !== (kind === '+')) return kind === '+' ? '' : value!;
    // Only the word that is taken counts: `${X:-$Y}` with X set does not depend on Y.
    for (const unset of inner.unset) this.unset.add(unset);
    for (const used of inner.used) this.used.add(used);
    return word;
  }

  #readName(): string {
    return this.#take(NAME);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#source)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  #get(name: string): string | undefined {
    const value = this.#options.lookup(name);
    this.used.add(name);
    if (value === undefined) this.unset.add(name);
    return value;
  }
}

function checked(result: string | undefined): string {
  if (result === undefined) throw new WordError('a pattern is too long to be matched');
  return result;
}
