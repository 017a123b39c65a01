import {
  CRON_FIELDS,
  checkValue,
  FieldError,
  listHashed,
  listRange,
  NO_STEP,
  type CronField,
} from './cron-field.ts';
import { CRON_VOCABULARY, CRON_WORDS, readCronTokens, type CronKind } from './cron-lexer.ts';
import { TokenStream } from './token-stream.ts';

/** The values of minute, hour, day of month, month and day of week on which a line is due. */
export type CronTable = readonly ReadonlySet<number>[];

/** A number that Java's `Integer.parseInt` refuses; Jenkins passes on its message, which has no position. */
export class NumberTooLarge extends Error {}

/** Jenkins' parser calls itself once per item of a list; its stack ends somewhat above this many. */
const MOST_LIST_ITEMS = 3000;

const LARGEST_INTEGER = 2 ** 31 - 1;
const TERM_STARTS: readonly CronKind[] = ['TOKEN', "'*'", "'H'"];

type Tokens = TokenStream<CronKind>;
/** What ends the field that is being read: a blank, or the end of the line after the last. */
type Terminator = '<EOF>' | 'WS';

/**
 * Parses one trimmed line as Jenkins' `CrontabParser.g4` does. Returns undefined for an alias (`@daily`),
 * whose table Jenkins makes itself; what stands behind an alias is ignored, as there.
 * Throws SyntaxRefusal (grammar, or a value outside its field) or NumberTooLarge.
 */
export function parseCronLine(line: string): CronTable | undefined {
  const tokens: Tokens = new TokenStream(readCronTokens(line), CRON_VOCABULARY);
  tokens.enterChoice([...TERM_STARTS, "'@'"]);
  if (tokens.current.kind === "'@'") {
    tokens.advance();
    tokens.enterChoice(CRON_WORDS);
    tokens.advance();
    return undefined;
  }
  return CRON_FIELDS.map((field, index) => {
    const terminator = index < CRON_FIELDS.length - 1 ? 'WS' : '<EOF>';
    const values = parseList(tokens, field, terminator);
    tokens.expect(terminator, terminator === 'WS' ? TERM_STARTS : []);
    return values;
  });
}

function parseList(tokens: Tokens, field: CronField, terminator: Terminator): Set<number> {
  const values = new Set<number>();
  for (let items = 1; ; items++) {
    if (items > MOST_LIST_ITEMS) throw tokens.refuseValue(`more than ${MOST_LIST_ITEMS} items in one list`);
    for (const value of parseTerm(tokens, field, terminator)) values.add(value);
    if (!tokens.enterOption("','", [terminator])) return values;
    tokens.advance();
  }
}

function parseTerm(tokens: Tokens, field: CronField, terminator: Terminator): Set<number> {
  tokens.enterChoice(TERM_STARTS);
  if (tokens.current.kind === "'*'") return parseStar(tokens, field, terminator);
  if (tokens.current.kind === "'H'") return parseHashed(tokens, field, terminator);
  if (tokens.following.kind === "'-'") return parseRange(tokens, field, terminator);
  const value = parseNumber(tokens, ["','", terminator]);
  judge(tokens, () => checkValue(value, field));
  return new Set([value]);
}

function parseRange(tokens: Tokens, field: CronField, terminator: Terminator): Set<number> {
  const first = parseNumber(tokens, ["'-'"]);
  tokens.expect("'-'", ['TOKEN']);
  const last = parseNumber(tokens, ["'/'", "','", terminator]);
  const step = parseStep(tokens, terminator);
  return judge(tokens, () => listRange(first, last, step, field));
}

function parseStar(tokens: Tokens, field: CronField, terminator: Terminator): Set<number> {
  tokens.advance();
  const step = parseStep(tokens, terminator);
  return judge(tokens, () => listRange(field.lowest, field.highest, step, field));
}

function parseHashed(tokens: Tokens, field: CronField, terminator: Terminator): Set<number> {
  const bounded = tokens.following.kind === "'('";
  tokens.advance();
  const [first, last] = bounded ? parseBounds(tokens, terminator) : [field.lowest, field.highestHashed];
  const step = parseStep(tokens, terminator);
  return judge(tokens, () => listHashed(first, last, step, field));
}

function parseBounds(tokens: Tokens, terminator: Terminator): [number, number] {
  tokens.advance();
  const first = parseNumber(tokens, ["'-'"]);
  tokens.expect("'-'", ['TOKEN']);
  const last = parseNumber(tokens, ["')'"]);
  tokens.expect("')'", ["'/'", "','", terminator]);
  return [first, last];
}

function parseStep(tokens: Tokens, terminator: Terminator): number {
  if (!tokens.enterOption("'/'", ["','", terminator])) return NO_STEP;
  tokens.advance();
  return parseNumber(tokens, ["','", terminator]);
}

function parseNumber(tokens: Tokens, after: readonly CronKind[]): number {
  const { text } = tokens.expect('TOKEN', after);
  const value = Number(text);
  if (value > LARGEST_INTEGER) throw new NumberTooLarge(`For input string: "${text}"`);
  return value;
}

/** Gives a FieldError the place where Jenkins reports it: the token after the term. */
function judge<Result>(tokens: Tokens, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    throw error instanceof FieldError ? tokens.refuseValue(error.message) : error;
  }
}
