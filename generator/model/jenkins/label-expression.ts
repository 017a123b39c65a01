import { shortenMessage } from './java-text.ts';
import { LABEL_VOCABULARY, readLabelTokens, type LabelKind } from './label-lexer.ts';
import { SyntaxRefusal, TokenStream } from './token-stream.ts';

/** Jenkins' verdict on a label expression; `message` is one line. */
export type LabelCheck = { ok: true } | { ok: false; message: string };

/** Jenkins' parser calls itself once per parenthesis; its stack ends somewhat above this depth. */
const DEEPEST_NESTING = 500;

const OPERAND_STARTS: readonly LabelKind[] = ["'('", 'ATOM', 'STRINGLITERAL'];
const OPERATORS: readonly LabelKind[] = ["'&&'", "'||'", "'->'", "'<->'"];

type Tokens = TokenStream<LabelKind>;

/** One parenthesis, or the whole text: `implied` says that its present part already has a `->`. */
interface Level {
  readonly closing: "')'" | '<EOF>';
  implied: boolean;
}

/**
 * Judges which agents a text selects as Jenkins 2.541 does (`hudson.model.Label.parseExpression`): labels,
 * quoted labels, `!`, `&&`, `||`, `->` (not chained) and `<->`, parentheses. Two things that make Jenkins itself
 * fail are refused too: an empty quoted label, and parentheses deeper than its stack. `message` names the column
 * as Jenkins does (`line 1:2: …`, columns from 0). Never throws.
 */
export function checkLabelExpression(text: string): LabelCheck {
  try {
    parseExpression(new TokenStream(readLabelTokens(text), LABEL_VOCABULARY));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    return { ok: false, message: shortenMessage(`${locate(text, error.column)}: ${explain(error)}`) };
  }
}

/** With a stack of its own instead of recursion, so that no input can exhaust ours. */
function parseExpression(tokens: Tokens): void {
  const levels: Level[] = [];
  let level: Level = { closing: '<EOF>', implied: false };
  for (;;) {
    if (startsParenthesis(tokens)) {
      if (levels.push(level) > DEEPEST_NESTING) throw tokens.refuseValue('parentheses are nested too deeply');
      level = { closing: "')'", implied: false };
      continue;
    }
    while (!takeOperator(tokens, level)) {
      const outer = levels.pop();
      tokens.expect(level.closing, outer ? listFollowers(outer) : []);
      if (outer === undefined) return;
      level = outer;
    }
  }
}

/** Takes an operand, or only the parenthesis that opens one. */
function startsParenthesis(tokens: Tokens): boolean {
  tokens.enterChoice(["'!'", ...OPERAND_STARTS]);
  if (tokens.current.kind === "'!'") {
    tokens.advance();
    tokens.enterChoice(OPERAND_STARTS);
  }
  if (tokens.current.text === '""') throw tokens.refuseValue('a quoted label is empty');
  return tokens.advance().kind === "'('";
}

function takeOperator(tokens: Tokens, level: Level): boolean {
  const operator = OPERATORS.find((kind) => tokens.current.kind === kind);
  if (operator === undefined || (operator === "'->'" && level.implied)) {
    tokens.enterOption("'&&'", listFollowers(level));
    return false;
  }
  if (operator === "'->'") level.implied = true;
  if (operator === "'<->'") level.implied = false;
  tokens.advance();
  return true;
}

/** What may stand behind an operand. */
function listFollowers(level: Level): LabelKind[] {
  return [...OPERATORS.filter((kind) => kind !== "'->'" || !level.implied), level.closing];
}

/** A line break is a character of a label like others, but Jenkins counts lines all the same. */
function locate(text: string, column: number): string {
  const lines = Array.from(text).slice(0, column).join('').split('\n');
  return `line ${lines.length}:${Array.from(lines.at(-1) ?? '').length}`;
}

/** Jenkins' own text where it can be understood, else ours. */
function explain(refusal: SyntaxRefusal): string {
  if (refusal.reason === 'unreadable') {
    return `${refusal.found} is neither a label nor an operator; put a label with special characters in "double quotes"`;
  }
  if (refusal.reason !== 'mismatched') return refusal.message;
  const expected = refusal.expected.map(nameKind);
  const last = expected.pop() ?? '';
  const wanted = expected.length === 0 ? last : `${expected.join(', ')} or ${last}`;
  return `found ${refusal.found === '<EOF>' ? 'the end' : refusal.found}, expected ${wanted}`;
}

function nameKind(kind: string): string {
  if (kind === 'ATOM') return 'a label';
  if (kind === 'STRINGLITERAL') return 'a quoted label';
  return kind === '<EOF>' ? 'the end' : kind;
}
