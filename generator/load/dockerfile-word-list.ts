/** What Go calls a space; JavaScript's `\s` lacks U+0085 and has U+FEFF. */
export const BLANK = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
export const LEADING_BLANKS = new RegExp(`^${BLANK.source}+`);

/** Collects words; a blank from a variable's value parts words, a quoted one does not. */
export class WordList {
  readonly words: string[] = [];
  #current = '';

  add(text: string, quoted: boolean): void {
    if (quoted) {
      this.#current += text;
      return;
    }
    for (const character of text) {
      if (BLANK.test(character)) this.end();
      else this.#current += character;
    }
  }

  end(): string[] {
    if (this.#current !== '') this.words.push(this.#current);
    this.#current = '';
    return this.words;
  }
}
