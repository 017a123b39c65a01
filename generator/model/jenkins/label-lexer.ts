import { refuseUnreadable, type Token } from './token-stream.ts';

/** The tokens of a label expression, named as Jenkins' messages name them. */
export type LabelKind =
  '<EOF>' | "'&&'" | "'||'" | "'!'" | "'->'" | "'<->'" | "'('" | "')'" | 'ATOM' | 'STRINGLITERAL';

export const LABEL_VOCABULARY: readonly LabelKind[] = [
  '<EOF>',
  "'&&'",
  "'||'",
  "'!'",
  "'->'",
  "'<->'",
  "'('",
  "')'",
  'ATOM',
  'STRINGLITERAL',
];

const SIGNS = ['&&', '||', '!', '->', '<->', '(', ')'] as const;
const NOT_IN_ATOM = '&|!<>() \t"\'';
const ESCAPABLE = 'btnfr"\'\\';

/**
 * Reads a label expression token by token, as the lexer that Jenkins generates from
 * `LabelExpressionLexer.g4`. Columns count code points. The reader throws SyntaxRefusal at what begins no
 * token: a single `&` or `|`, an apostrophe, a quoted label without its end.
 */
export function readLabelTokens(text: string): () => Token<LabelKind> {
  const characters = Array.from(text);
  let position = 0;
  return () => {
    while (characters[position] === ' ' || characters[position] === '\t') position++;
    const column = position;
    const first = characters[column];
    if (first === undefined) return { kind: '<EOF>', text: '<EOF>', column };
    const token = readToken(characters, column, first);
    position += Array.from(token.text).length;
    return token;
  };
}

function readToken(characters: string[], column: number, first: string): Token<LabelKind> {
  if (first === '"') return readQuoted(characters, column);
  const end = endOfAtom(characters, column);
  if (end > column) return { kind: 'ATOM', text: characters.slice(column, end).join(''), column };
  return readSign(characters, column);
}

/** A minus sign belongs to a label unless it begins `->`. */
function endOfAtom(characters: string[], from: number): number {
  for (let end = from; ; end++) {
    const character = characters[end];
    if (character === undefined || NOT_IN_ATOM.includes(character)) return end;
    if (character === '-' && characters[end + 1] === '>') return end;
  }
}

function readSign(characters: string[], column: number): Token<LabelKind> {
  let text = '';
  for (let end = column; ; end++) {
    const character = characters[end];
    text += character ?? '';
    const sign = SIGNS.find((known) => known === text);
    if (sign !== undefined) return { kind: `'${sign}'`, text, column };
    if (character === undefined || !SIGNS.some((known) => known.startsWith(text))) {
      throw refuseUnreadable(text, column);
    }
  }
}

function readQuoted(characters: string[], column: number): Token<LabelKind> {
  const upTo = (end: number): string => characters.slice(column, end).join('');
  for (let end = column + 1; ; end++) {
    const character = characters[end];
    if (character === '"') return { kind: 'STRINGLITERAL', text: upTo(end + 1), column };
    const fits = character === '\\' ? ESCAPABLE.includes(characters[++end] ?? '\n') : isPlain(character);
    if (!fits) throw refuseUnreadable(upTo(end + 1), column);
  }
}

function isPlain(character: string | undefined): boolean {
  return character !== undefined && character !== '\r' && character !== '\n';
}
