import { CORE_SCHEMA, YAMLException, constructFromEvents, parseEvents } from 'js-yaml';
import { shorten } from '../model/shorten.ts';
import { indexLines } from './yaml-lines.ts';
import type { Position } from './yaml-lines.ts';
import type { PathStep } from './yaml-path.ts';
import { MAX_DEPTH, MAX_EXPANDED_VALUES } from './yaml-place.ts';
import type { Place, PlacedProblem } from './yaml-place.ts';
import { placeValues } from './yaml-places.ts';

export { formatPath } from './yaml-path.ts';
export type { PathStep } from './yaml-path.ts';
export type { Position } from './yaml-lines.ts';

export interface YamlProblem extends Position {
  /** What it is about, where the place of a value or key tells it. */
  kind?: PlacedProblem['kind'];
  path: readonly PathStep[];
  message: string;
  hint: string;
}

export interface YamlDocument {
  /** Plain objects, arrays, strings, numbers, booleans and null; undefined where the text did not parse. */
  value: unknown;
  problems: YamlProblem[];
  /** Where the value at the path stands, or its nearest ancestor that is written down. */
  locate(path: readonly PathStep[], part?: 'key' | 'value'): Position;
  /** A plain scalar as it is written, such as `012` where the value is 12; undefined for anything else. */
  written(path: readonly PathStep[]): string | undefined;
}

export interface YamlOptions {
  /**
   * Refuses what plain data cannot hold or would hold differently: values that hold themselves, the key
   * `__proto__`, and numbers that are written otherwise than they are read (`1.10` is 1.1).
   */
  plainData?: boolean;
}

/** What one file may hold: 4 MiB of text, and 250,000 values once its aliases are followed. */
export const MAX_YAML_BYTES = 4 * 1024 * 1024;
/** Of what is wrong by place; a reader mends the first ones first. */
const MAX_PROBLEMS = 1_000;

/**
 * Parses one YAML 1.2 document and remembers where each value stands, from the parser's own offsets.
 * Problems are returned, all at once where the text parses, never thrown.
 * @param bytes the file's content; UTF-8, with or without a byte order mark
 */
export function parseYamlDocument(bytes: Uint8Array | string, options: YamlOptions = {}): YamlDocument {
  const decoded = decodeText(bytes);
  if ('message' in decoded) return failed('', { offset: 0, ...decoded });
  const source = decoded.text;
  try {
    const events = parseEvents(source, { maxDepth: MAX_DEPTH });
    const { root, problems: placed, unusable } = placeValues(source, events);
    const positionAt = indexLines(source);
    const counted = placed.filter(({ kind }) => options.plainData === true || !PLAIN_DATA.has(kind));
    // What makes the document unusable was found last, and says more than what came before.
    const listed = unusable ? counted.slice(-1) : counted.slice(0, MAX_PROBLEMS);
    const problems = listed.map((found) => ({
      ...positionAt(found.offset),
      kind: found.kind,
      path: found.path,
      ...describe(found, positionAt),
    }));
    const looks = { locate: locator(positionAt, root), written: reader(root) };
    if (unusable || counted.some(({ kind }) => kind === 'loop')) {
      return { value: undefined, problems, ...looks };
    }
    const documents = constructFromEvents(events, { source, json: true, schema: CORE_SCHEMA });
    if (documents.length > 1) {
      const message = `expected one YAML document, found ${documents.length}`;
      return failed(source, { offset: 0, message, hint: 'remove all but one' });
    }
    return { value: documents[0], problems, ...looks };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error as { mark?: { position?: number }; reason?: string };
    const message = `is not YAML: ${oneLine(reason ?? error.message)}`;
    return failed(source, { offset: mark?.position ?? 0, message, hint: hintSyntax(message) });
  }
}

const PLAIN_DATA: ReadonlySet<PlacedProblem['kind']> = new Set(['loop', 'prototype', 'number']);

function describe(
  found: PlacedProblem,
  positionAt: (offset: number) => Position,
): { message: string; hint: string } {
  const name = JSON.stringify(shorten(String(found.path.at(-1)), 80));
  const written = shorten(found.written ?? '', 40);
  switch (found.kind) {
    case 'duplicate':
      return {
        message: `${name} is given twice`,
        hint: `it is also on line ${positionAt(found.earlier ?? 0).line}; keep one`,
      };
    case 'collection key':
      return { message: 'a key must be text, found a collection', hint: 'quote the key' };
    case 'prototype':
      return { message: `${name} cannot be a name here`, hint: 'choose another name' };
    case 'loop':
      return { message: 'holds itself, by an alias', hint: 'write the value out' };
    case 'too large':
      return {
        message: `holds more than ${MAX_EXPANDED_VALUES.toLocaleString('en')} values, those behind aliases counted`,
        hint: 'is it the right file? else use fewer aliases',
      };
    case 'too deep':
      return { message: `is nested more than ${MAX_DEPTH} levels deep`, hint: 'use fewer levels' };
    case 'number':
      return {
        message: `${written} is read as the number ${Number(found.written)}`,
        hint: `quote it if it is text: "${written}"`,
      };
  }
}

function failed(source: string, found: { offset: number; message: string; hint: string }): YamlDocument {
  const position = indexLines(source)(found.offset);
  return {
    value: undefined,
    problems: [{ ...position, path: [], message: found.message, hint: found.hint }],
    locate: () => position,
    written: () => undefined,
  };
}

function oneLine(text: string): string {
  return shorten(text.replace(/\s+/g, ' '), 200);
}

/** What most often lies behind a message of the parser. */
function hintSyntax(message: string): string {
  if (/\btabs?\b/.test(message)) return 'indent with spaces';
  if (message.includes('unidentified alias')) return 'quote text that begins with *';
  if (message.includes('unknown') && message.includes('tag')) return 'quote text that begins with !';
  return '';
}

function decodeText(bytes: Uint8Array | string): { text: string } | { message: string; hint: string } {
  if (bytes.length > MAX_YAML_BYTES) {
    return {
      message: `is larger than ${MAX_YAML_BYTES / 1024 / 1024} MiB (${Math.ceil(bytes.length / 1024 / 1024)} MiB)`,
      hint: 'is it the right file?',
    };
  }
  if (typeof bytes === 'string') return { text: bytes };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { message: 'is UTF-16, not UTF-8 text', hint: 'save it as UTF-8' };
  if (bytes.includes(0)) return { message: 'is binary, not text', hint: 'save it as UTF-8 text' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { message: 'is not UTF-8 text', hint: 'save it as UTF-8' };
  }
}

function locator(positionAt: (offset: number) => Position, root: Place): YamlDocument['locate'] {
  return (path, part = 'value') => {
    let place = root;
    let exact = true;
    for (const step of path) {
      const child = place.children?.get(step);
      if (!child) {
        exact = false;
        break;
      }
      place = child;
    }
    // An ancestor that lacks something is shown by its name, not by its first line.
    const wantsKey = part === 'key' || !exact;
    return positionAt(wantsKey ? (place.keyStart ?? place.start) : place.start);
  };
}

function reader(root: Place): YamlDocument['written'] {
  return (path) => {
    let place: Place | undefined = root;
    for (const step of path) place = place?.children?.get(step);
    return place?.written;
  };
}
