/**
 * Puts digests in the place of the names that a Dockerfile gives to images. Everything else stays byte for byte, so
 * that what BuildKit says of a line still fits the file that a person wrote.
 */
import { readFlags, readMountSource } from '../../load/dockerfile-flags.ts';
import { parseFrom } from '../../load/dockerfile-from.ts';
import { readDockerfileLines, readTrigger } from '../../load/dockerfile-lines.ts';
import type { Instruction, Place } from '../../load/dockerfile-lines.ts';
import { readDockerfile } from '../../load/dockerfile.ts';
import type { DockerfileOptions } from '../../load/dockerfile.ts';
import { UserError } from '../../model/user-error.ts';

/** A part of the file, its last character included, and what comes in its place. */
interface Edit {
  first: Place;
  last: Place;
  text: string;
}

/** What a reference, variables replaced, is to become. */
export type Replace = (reference: string) => string;

/**
 * Replaces every image that the needed stages name: in FROM (variables included: the whole word is replaced), COPY
 * --from, RUN --mount from=, the same under ONBUILD, and `# syntax=`. Names of stages stay.
 * @param options as the graph was read with
 * @throws UserError BAD_DOCKERFILE where a reference cannot be replaced as it is written
 */
export function rewriteDockerfile(source: string, replace: Replace, options: DockerfileOptions = {}): string {
  const plain = source.replace(/^\ufeff/, '');
  const { references } = readDockerfile(plain, options);
  const lines = readDockerfileLines(plain);
  const wanted = new Map(references.map((reference) => [keyOf(reference.source, reference), reference.text]));
  const rows = plain.split('\n');
  const edits: Edit[] = [];
  const syntax = lines.syntax && wanted.get(keyOf('# syntax', lines.syntax));
  if (lines.syntax && syntax !== undefined) edits.push(editAt(lines.syntax, syntax.length, replace(syntax)));
  for (const instruction of lines.instructions) {
    const holder = instruction.keyword === 'ONBUILD' ? readTrigger(instruction, lines.escape) : instruction;
    edits.push(...editsOf(holder, { wanted, rows, escape: lines.escape, replace }));
  }
  return applyEdits(rows, edits);
}

interface Scope {
  wanted: ReadonlyMap<string, string>;
  rows: readonly string[];
  escape: string;
  replace: Replace;
}

function editsOf(instruction: Instruction, scope: Scope): Edit[] {
  const { wanted, replace } = scope;
  if (instruction.keyword === 'FROM') {
    const from = parseFrom(instruction);
    const reference = from && wanted.get(keyOf('FROM', instruction.placeAt(from.imageAt)));
    if (!from || reference === undefined) return [];
    const { imageAt, image } = from;
    return [
      {
        first: instruction.placeAt(imageAt),
        last: instruction.placeAt(imageAt + image.length - 1),
        text: replace(reference),
      },
    ];
  }
  const kind = { COPY: 'COPY --from', RUN: 'RUN --mount' }[instruction.keyword];
  if (kind === undefined) return [];
  return instruction.flags.flatMap((flag) => {
    const reference = wanted.get(keyOf(kind, instruction.placeAt(flag.at)));
    return reference === undefined ? [] : [editFlag(instruction, flag.at, reference, scope)];
  });
}

function editFlag(instruction: Instruction, at: number, reference: string, scope: Scope): Edit {
  const { rows, escape, replace } = scope;
  const written = readJoined(instruction, at, instruction.restAt, rows);
  const { flags, end } = readFlags(written, 0, escape);
  // A lone `--` may end the flags.
  const word = written
    .slice(0, flags[1]?.at ?? end)
    .trimEnd()
    .replace(/[\t ]--$/, '')
    .trimEnd();
  const replacement = replace(reference);
  const candidates =
    instruction.keyword === 'COPY'
      ? [`--from=${replacement}`]
      : replaceEach(word, reference, replacement).filter(
          (text) => mountSourceOf(text, escape) === replacement,
        );
  const [text] = candidates;
  if (text === undefined) {
    const { line } = instruction.placeAt(at);
    throw new UserError(
      'BAD_DOCKERFILE',
      `line ${line} of the Dockerfile: ${JSON.stringify(word)} is written in a way that cannot be pinned; write FROM ${reference} AS name before, and from=name`,
    );
  }
  return { first: instruction.placeAt(at), last: instruction.placeAt(at + word.length - 1), text };
}

/** The text with one mention replaced, for each of them: a target or source may hold the same word. */
function replaceEach(text: string, mention: string, replacement: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(mention); at !== -1; at = text.indexOf(mention, at + 1))
    found.push(text.slice(0, at) + replacement + text.slice(at + mention.length));
  return found;
}

function mountSourceOf(flag: string, escape: string): string | undefined {
  return readMountSource(readFlags(flag, 0, escape).flags[0]?.value ?? '');
}

/** A part of the instruction with its continuations joined, as its offsets count. */
function readJoined(instruction: Instruction, start: number, end: number, rows: readonly string[]): string {
  let text = '';
  for (let offset = start; offset < end; offset++) {
    const { line, column } = instruction.placeAt(offset);
    text += rows[line - 1]?.[column - 1] ?? '';
  }
  return text;
}

function editAt(first: Place, length: number, text: string): Edit {
  return { first, last: { line: first.line, column: first.column + length - 1 }, text };
}

function applyEdits(rows: readonly string[], edits: readonly Edit[]): string {
  const starts: number[] = [];
  let total = 0;
  for (const row of rows) {
    starts.push(total);
    total += row.length + 1;
  }
  const offsetOf = ({ line, column }: Place): number => starts[line - 1]! + column - 1;
  let text = rows.join('\n');
  for (const edit of [...edits].sort((a, b) => offsetOf(b.first) - offsetOf(a.first)))
    text = text.slice(0, offsetOf(edit.first)) + edit.text + text.slice(offsetOf(edit.last) + 1);
  return text;
}

function keyOf(source: string, { line, column }: Place): string {
  return `${source} ${line}:${column}`;
}
