import { refuseUnreadable, type Token } from './token-stream.ts';

const WORDS = ['yearly', 'annually', 'monthly', 'weekly', 'daily', 'midnight', 'hourly'] as const;
const SIGNS = ['-', '*', '/', ',', '@', 'H', '(', ')'] as const;

type Word = (typeof WORDS)[number];
type Sign = (typeof SIGNS)[number];

/** The tokens of a cron line, named as Jenkins' messages name them (`TOKEN` is a number). */
export type CronKind = '<EOF>' | 'TOKEN' | 'WS' | `'${Sign}'` | `'${Word}'`;

export const CRON_WORDS: readonly CronKind[] = WORDS.map(quote);

export const CRON_VOCABULARY: readonly CronKind[] = [
  '<EOF>',
  'TOKEN',
  'WS',
  ...SIGNS.map(quote<Sign>),
  ...CRON_WORDS,
];

const isDigit = (character: string): boolean => character >= '0' && character <= '9';
const isBlank = (character: string): boolean => character === ' ' || character === '\t';

/**
 * Reads one cron line token by token, as the lexer that Jenkins generates from `CrontabLexer.g4`.
 * Columns count code points. The reader throws SyntaxRefusal at what begins no token.
 */
export function readCronTokens(line: string): () => Token<CronKind> {
  const characters = Array.from(line);
  let position = 0;
  return () => {
    const column = position;
    const first = characters[position];
    if (first === undefined) return { kind: '<EOF>', text: '<EOF>', column };
    const kind = kindStartingWith(first);
    if (kind === 'TOKEN') position = endOfRun(characters, position, isDigit);
    else if (kind === 'WS') position = endOfRun(characters, position, isBlank);
    else if (kind !== undefined) position += 1;
    else return readWord(characters, column, (end) => (position = end));
    return { kind, text: characters.slice(column, position).join(''), column };
  };
}

function kindStartingWith(first: string): CronKind | undefined {
  if (isDigit(first)) return 'TOKEN';
  if (isBlank(first)) return 'WS';
  const sign = SIGNS.find((known) => known === first);
  return sign === undefined ? undefined : quote(sign);
}

/** A word must be whole; the refused text is what still fitted some word and the character that did not. */
function readWord(characters: string[], column: number, moveTo: (end: number) => void): Token<CronKind> {
  let text = '';
  for (let end = column; ; end++) {
    const character = characters[end];
    text += character ?? '';
    const word = WORDS.find((known) => known === text);
    if (word !== undefined) {
      moveTo(end + 1);
      return { kind: quote(word), text, column };
    }
    if (character === undefined || !WORDS.some((known) => known.startsWith(text))) {
      throw refuseUnreadable(text, column);
    }
  }
}

function endOfRun(characters: string[], from: number, belongs: (character: string) => boolean): number {
  let end = from;
  for (let next = characters[end]; next !== undefined && belongs(next); next = characters[++end]);
  return end;
}

function quote<Text extends string>(text: Text): `'${Text}'` {
  return `'${text}'`;
}
