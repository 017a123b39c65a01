/**
 * Where the instructions of a Dockerfile begin and end, by BuildKit's rules (moby/buildkit,
 * frontend/dockerfile/parser). dockerfile-ast decides it differently: it goes on after `\\` at a line's end, so
 * that a FROM below is swallowed; it reads the lines of `3<<EOF` and `<< EOF` as instructions; it takes an
 * escape directive after an unknown one; and it needs 9 s for 5 MB.
 */
import { shorten } from '../model/shorten.ts';
import { findHeredocs } from './dockerfile-heredocs.ts';
import type { Heredoc } from './dockerfile-heredocs.ts';
import { readFlags } from './dockerfile-flags.ts';
import type { Flag } from './dockerfile-flags.ts';
import { BLANK, LEADING_BLANKS } from './dockerfile-word-list.ts';
import { readDirectives } from './dockerfile-directives.ts';
import type { Directives } from './dockerfile-directives.ts';

export interface Place {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
}

export interface DockerfileProblem extends Place {
  message: string;
  hint: string;
}

export interface Instruction {
  /** In upper case. */
  keyword: string;
  flags: Flag[];
  /** What follows the flags, continuations joined. */
  rest: string;
  /** Offset of `rest` in the joined line. */
  restAt: number;
  /** The arguments where they are a JSON array. */
  json?: unknown[];
  /** Where a character of the joined line stands in the file; its start without an offset. */
  placeAt(offset?: number): Place;
}

export interface DockerfileLines extends Directives {
  instructions: Instruction[];
}

/** Go's bufio.MaxScanTokenSize, less the newline. */
const MAX_LINE_BYTES = 65_535;
const HEREDOC_KEYWORDS = new Set(['ADD', 'COPY', 'RUN']);

interface JoinedLine {
  text: string;
  pieces: { at: number; line: number; column: number }[];
}

/** Splits a Dockerfile into its instructions. Never throws; what is wrong is in `problems`. */
export function readDockerfileLines(source: string): DockerfileLines {
  const lines = source
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''));
  const result: DockerfileLines = { ...readDirectives(lines), instructions: [] };
  for (const [index, line] of lines.entries()) {
    if (line.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(line) <= MAX_LINE_BYTES) continue;
    const hint = `Docker takes at most ${MAX_LINE_BYTES} bytes a line; break it`;
    result.problems.push({ line: index + 1, column: 1, message: 'a line is too long', hint });
  }
  for (let next = 0; next < lines.length;) {
    const joined = joinContinuations(lines, next, result.escape);
    next = joined.next;
    if (joined.line === undefined) continue;
    const instruction = readInstruction(joined.line, 0, result.escape);
    result.instructions.push(instruction);
    for (const heredoc of heredocsOf(instruction, joined.line.text, result.escape)) {
      const end = findHeredocEnd(lines, next, heredoc);
      if (end === -1) {
        const message = `the heredoc <<${shorten(heredoc.name)} is not closed`;
        result.problems.push({
          ...instruction.placeAt(),
          message,
          hint: `a line with ${shorten(heredoc.name)} alone closes it`,
        });
      }
      next = end === -1 ? lines.length : end + 1;
    }
  }
  return result;
}

function findHeredocEnd(lines: readonly string[], start: number, heredoc: Heredoc): number {
  for (let at = start; at < lines.length; at++) {
    if ((heredoc.chomp ? lines[at]!.replace(/^\t+/, '') : lines[at]) === heredoc.name) return at;
  }
  return -1;
}

/** Joins one instruction's lines: comments and blank lines within it vanish. Undefined where there is none. */
function joinContinuations(
  lines: readonly string[],
  start: number,
  escape: string,
): { line?: JoinedLine; next: number } {
  const pieces: JoinedLine['pieces'] = [];
  const texts: string[] = [];
  let at = 0;
  let next = start;
  for (;;) {
    const line = lines[next]!;
    const blanks = LEADING_BLANKS.exec(line)?.[0].length ?? 0;
    const first = next === start;
    const skipped = line[blanks] === '#' || blanks === line.length;
    next++;
    if (first && skipped) return { next };
    if (!skipped) {
      const body = first ? line.slice(blanks) : line;
      const continued = dropContinuation(body, escape);
      texts.push(continued ?? body);
      pieces.push({ at, line: next, column: first ? blanks + 1 : 1 });
      at += (continued ?? body).length;
      if (continued === undefined) break;
    }
    if (next >= lines.length) break;
  }
  const text = texts.join('');
  return text.trim() === '' ? { next } : { line: { text, pieces }, next };
}

/** The line without the escape that ends it. An escape after an escape does not continue a line. */
function dropContinuation(line: string, escape: string): string | undefined {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return line[end - 1] === escape && line[end - 2] !== escape ? line.slice(0, end - 1) : undefined;
}

function readInstruction(line: JoinedLine, start: number, escape: string): Instruction {
  let keywordAt = start;
  while (keywordAt < line.text.length && BLANK.test(line.text[keywordAt]!)) keywordAt++;
  let keywordEnd = keywordAt;
  while (keywordEnd < line.text.length && !/[\t\v\f\r ]/.test(line.text[keywordEnd]!)) keywordEnd++;
  const { flags, end } = readFlags(line.text, keywordEnd, escape);
  const rest = line.text.slice(end).replace(LEADING_BLANKS, '');
  const json = readJson(rest);
  return {
    keyword: line.text.slice(keywordAt, keywordEnd).toUpperCase(),
    flags,
    rest: rest.trimEnd(),
    restAt: line.text.length - rest.length,
    ...(json === undefined ? {} : { json }),
    placeAt: (offset = keywordAt) => {
      const piece = line.pieces.findLast((candidate) => candidate.at <= offset) ?? line.pieces[0]!;
      return { line: piece.line, column: piece.column + offset - piece.at };
    },
  };
}

/** The instruction that an ONBUILD holds. */
export function readTrigger(onbuild: Instruction, escape: string): Instruction {
  const line: JoinedLine = { text: onbuild.rest, pieces: [{ at: 0, ...onbuild.placeAt(onbuild.restAt) }] };
  const trigger = readInstruction(line, 0, escape);
  return { ...trigger, placeAt: (offset = 0) => onbuild.placeAt(onbuild.restAt + offset) };
}

function readJson(rest: string): unknown[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    return JSON.parse(rest) as unknown[];
  } catch {
    return undefined;
  }
}

function heredocsOf(instruction: Instruction, line: string, escape: string): Heredoc[] {
  const holder = instruction.keyword === 'ONBUILD' ? readTrigger(instruction, escape) : instruction;
  return HEREDOC_KEYWORDS.has(holder.keyword) && holder.json === undefined ? findHeredocs(line) : [];
}
