import { BLANK } from './dockerfile-word-list.ts';

/** One `--name=value` of an instruction, without its quotes and escapes. */
export interface Flag {
  name: string;
  /** Undefined where there is no `=`. */
  value: string | undefined;
  /** Offset of the flag in the line it stands in, in UTF-16 units. */
  at: number;
}

/**
 * Reads the flags before an instruction's arguments, as moby/buildkit's `extractBuilderFlags` does: quotes may
 * stand anywhere in a flag, and a lone `--` ends them.
 * @param start where to begin in the line
 * @returns the flags, and the offset of the first argument
 */
export function readFlags(line: string, start: number, escape: string): { flags: Flag[]; end: number } {
  const flags: Flag[] = [];
  let at = start;
  for (;;) {
    while (at < line.length && BLANK.test(line[at]!)) at++;
    if (!line.startsWith('--', at)) return { flags, end: at };
    const word = readWord(line, at, escape);
    if (word.text === '--') return { flags, end: word.end };
    const equals = word.text.indexOf('=');
    const name = equals === -1 ? word.text.slice(2) : word.text.slice(2, equals);
    flags.push({ name, value: equals === -1 ? undefined : word.text.slice(equals + 1), at });
    at = word.end;
  }
}

function readWord(line: string, start: number, escape: string): { text: string; end: number } {
  let text = '';
  let quote = '';
  let at = start;
  for (; at < line.length; at++) {
    const character = line[at]!;
    if (quote === '' && BLANK.test(character)) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === escape) text += line[++at] ?? '';
    else text += character;
  }
  return { text, end: at };
}

/**
 * The `from` of a `--mount=type=bind,from=…`: fields parted by commas, each in double quotes where it holds
 * one (CSV). A later field overrides an earlier one.
 */
export function readMountSource(mount: string): string | undefined {
  let source: string | undefined;
  for (const [, quoted, plain] of mount.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    const field = quoted?.replaceAll('""', '"') ?? plain ?? '';
    const equals = field.indexOf('=');
    if (equals !== -1 && field.slice(0, equals).toLowerCase() === 'from') source = field.slice(equals + 1);
  }
  return source === '' ? undefined : source;
}
