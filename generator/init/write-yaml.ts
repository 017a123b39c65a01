import { showControls } from '../model/problem.ts';
import type { FieldValue } from './found.ts';

/** Columns of a line of project.yaml; longer entries are written as blocks. */
const MAX_WIDTH = 110;

/** Names up to this width are set under each other. */
const MAX_COLUMN = 32;

/** Plain scalars that no YAML 1.1 or 1.2 reader takes for anything but this text; a version has two dots. */
const PLAIN =
  /^(?:\d+\.\d+\.\d+|(?![-+.]?\d|\.?(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[A-Za-z0-9_./][A-Za-z0-9_./@+-]*)$/i;

/** A text as a YAML scalar: plain where that is the same text for certain, else double-quoted. */
export function writeScalar(text: string): string {
  return PLAIN.test(text) ? text : writeQuoted(text);
}

/** JSON's escapes are YAML's too; what JSON leaves as it is and an editor would not show is escaped here. */
function writeQuoted(text: string): string {
  return showControls(JSON.stringify(text)).replace(
    /[\u0085\u00a0\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function writeUrl(text: string): string {
  // A colon that no space follows is plain, and so are addresses that people know without quotes.
  return /^(?:https?|ssh):\/\/[A-Za-z0-9_./@+:~-]+[A-Za-z0-9_/]$/.test(text) ||
    /^\w[\w.-]*@[\w.-]+:[\w./~-]+$/.test(text)
    ? text
    : writeScalar(text);
}

/** `key: value` of the head of the file. */
export function writeHead(key: string, value: string): string {
  return `${key}: ${key === 'repository' ? writeUrl(value) : writeScalar(value)}`;
}

/** A field of ours (`on` among them) is plain; the name of a component or an argument only where it is safe. */
function writeKey(text: string): string {
  return text === 'on' ? text : writeScalar(text);
}

function writeFlow(value: FieldValue): string {
  if (typeof value === 'string') return writeScalar(value);
  if (isList(value)) return `[${value.map(writeScalar).join(', ')}]`;
  const fields = Object.entries(value).map(([key, inner]) => `${writeKey(key)}: ${writeFlow(inner)}`);
  return `{ ${fields.join(', ')} }`;
}

function writeBlock(fields: Readonly<Record<string, FieldValue>>, indent: string): string[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const line = `${indent}${writeKey(key)}: ${writeFlow(value)}`;
    if (typeof value === 'string' || isList(value) || line.length <= MAX_WIDTH) return [line];
    return [`${indent}${writeKey(key)}:`, ...writeBlock(value, `${indent}  `)];
  });
}

/**
 * Entries of a section, a line each with their values under each other; a long one takes a line per field.
 */
export function writeEntries(
  entries: readonly { name: string; fields: Readonly<Record<string, FieldValue>> }[],
): string[] {
  const usual = entries
    .map((entry) => writeScalar(entry.name).length + 1)
    .filter((length) => length <= MAX_COLUMN);
  const column = Math.max(0, ...usual);
  return entries.flatMap(({ name, fields }) => {
    const key = `${writeScalar(name)}:`;
    const line = `  ${key.padEnd(column)} ${writeFlow(fields)}`;
    return line.length <= MAX_WIDTH ? [line] : [`  ${key}`, ...writeBlock(fields, '    ')];
  });
}

/** One entry in one line, as it stands in a comment. */
export function writeEntryLine(name: string, fields: Readonly<Record<string, FieldValue>>): string {
  return `${writeScalar(name)}: ${writeFlow(fields)}`;
}

function isList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}
