import {
  COLLECTION_STYLE_BLOCK,
  CORE_SCHEMA,
  EVENT_ID,
  YAMLException,
  constructFromEvents,
  getScalarValue,
  parseEvents,
} from 'js-yaml';
import type { Event } from 'js-yaml';

/** A step of a path into a document: a mapping's key or a sequence's index. */
export type PathStep = string | number;

export interface Position {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units as editors count. */
  column: number;
}

export interface YamlProblem extends Position {
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
}

interface Place {
  start: number;
  keyStart?: number;
  children: Map<PathStep, Place>;
  anchor?: string;
}

/** What one file may hold: 8 MiB of text, and 1,000,000 values once its aliases are followed. */
export const MAX_YAML_BYTES = 8 * 1024 * 1024;
const MAX_EXPANDED_VALUES = 1_000_000;

/**
 * Parses one YAML 1.2 document and remembers where each value stands, from the parser's own offsets.
 * Problems are returned, all at once where the text parses, never thrown.
 * @param bytes the file's content; UTF-8, with or without a byte order mark
 */
export function parseYamlDocument(bytes: Uint8Array | string): YamlDocument {
  const decoded = decodeText(bytes);
  if ('message' in decoded) return failed('', { offset: 0, ...decoded });
  const source = decoded.text;
  try {
    const events = parseEvents(source, { maxDepth: 64 });
    const tree = buildPlaces(source, events);
    const problems = tree.problems.map((found) => ({ ...positionAt(source, found.offset), ...found }));
    if (problems.some((found) => found.fatal))
      return { value: undefined, problems, locate: locator(source, tree.root) };
    const documents = constructFromEvents(events, { source, json: true, schema: CORE_SCHEMA });
    if (documents.length > 1) {
      return failed(source, {
        offset: 0,
        message: `expected one YAML document, found ${documents.length}`,
        hint: 'remove all but one',
      });
    }
    return { value: documents[0], problems, locate: locator(source, tree.root) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = (error as { mark?: { position?: number } }).mark?.position ?? 0;
    return failed(source, {
      offset,
      message: `is not YAML: ${(error as { reason?: string }).reason ?? error.message}`,
      hint: '',
    });
  }
}

function failed(source: string, found: { offset: number; message: string; hint: string }): YamlDocument {
  const position = positionAt(source, found.offset);
  return {
    value: undefined,
    problems: [{ ...position, path: [], message: found.message, hint: found.hint }],
    locate: () => position,
  };
}

function decodeText(bytes: Uint8Array | string): { text: string } | { message: string; hint: string } {
  if (bytes.length > MAX_YAML_BYTES) {
    return {
      message: `is larger than ${MAX_YAML_BYTES / 1024 / 1024} MiB (${Math.ceil(bytes.length / 1024 / 1024)} MiB)`,
      hint: 'is it the right file?',
    };
  }
  if (typeof bytes === 'string') return { text: bytes };
  if (bytes.includes(0)) return { message: 'is binary, not text', hint: 'save it as UTF-8 text' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { message: 'is not UTF-8 text', hint: 'save it as UTF-8' };
  }
}

interface Found {
  offset: number;
  path: PathStep[];
  message: string;
  hint: string;
  fatal?: boolean;
}

/** Walks the flat events once: the place of each value, keys given twice, and the size behind aliases. */
function buildPlaces(source: string, events: Event[]): { root: Place; problems: Found[] } {
  const problems: Found[] = [];
  const root: Place = { start: 0, children: new Map() };
  const sizes = new Map<string, number>();
  const anchors = new Map<string, Place>();
  interface Open {
    place: Place;
    path: PathStep[];
    kind: 'document' | 'sequence' | 'mapping';
    key?: { text: string; start: number };
    next: number;
    size: number;
    anchor?: string;
  }
  const stack: Open[] = [];
  const parentOf = (): Open => stack[stack.length - 1]!;

  const add = (place: Place): PathStep[] => {
    const parent = parentOf();
    if (parent.kind === 'document') {
      root.start = place.start;
      root.children = place.children;
      return [];
    }
    if (parent.kind === 'sequence') {
      parent.place.children.set(parent.next, place);
      return [...parent.path, parent.next++];
    }
    const key = parent.key!;
    delete parent.key;
    place.keyStart = key.start;
    const path = [...parent.path, key.text];
    const earlier = parent.place.children.get(key.text);
    if (earlier) {
      const line = positionAt(source, earlier.keyStart ?? earlier.start).line;
      problems.push({
        offset: key.start,
        path,
        message: `"${key.text}" is given twice`,
        hint: `it is also on line ${line}; keep one`,
      });
    } else parent.place.children.set(key.text, place);
    return path;
  };
  const isKey = (): boolean => parentOf().kind === 'mapping' && parentOf().key === undefined;
  const grow = (by: number): void => {
    parentOf().size += by;
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        stack.push({ place: root, path: [], kind: 'document', next: 0, size: 0 });
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        if (isKey()) {
          problems.push({
            offset: event.start,
            path: parentOf().path,
            message: 'a key must be text, found a collection',
            hint: 'quote the key',
            fatal: true,
          });
          return { root, problems };
        }
        const place: Place = { start: startOf(source, event), children: new Map() };
        const path = add(place);
        const open: Open = {
          place,
          path,
          kind: event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence',
          next: 0,
          size: 1,
        };
        const anchor = anchorOf(source, event);
        if (anchor !== undefined) {
          open.anchor = anchor;
          anchors.set(anchor, place);
        }
        stack.push(open);
        break;
      }
      case EVENT_ID.SCALAR: {
        const start = scalarStart(source, event);
        if (isKey()) parentOf().key = { text: getScalarValue(source, event), start };
        else {
          const place: Place = { start, children: new Map() };
          add(place);
          grow(1);
          const anchor = anchorOf(source, event);
          if (anchor !== undefined) {
            sizes.set(anchor, 1);
            anchors.set(anchor, place);
          }
        }
        break;
      }
      case EVENT_ID.ALIAS: {
        const name = source.slice(event.anchorStart, event.anchorEnd);
        if (isKey()) parentOf().key = { text: name, start: event.anchorStart };
        else {
          const target = anchors.get(name);
          add({ start: Math.max(0, event.anchorStart - 1), children: target?.children ?? new Map() });
          grow(sizes.get(name) ?? 1);
        }
        break;
      }
      case EVENT_ID.POP: {
        const closed = stack.pop()!;
        if (closed.anchor !== undefined) sizes.set(closed.anchor, closed.size);
        if (stack.length > 0) grow(closed.size);
        if (closed.size > MAX_EXPANDED_VALUES) {
          problems.push({
            offset: closed.place.start,
            path: closed.path,
            message: `holds more than ${MAX_EXPANDED_VALUES.toLocaleString('en')} values once its aliases are followed`,
            hint: 'use fewer aliases',
            fatal: true,
          });
          return { root, problems };
        }
        break;
      }
    }
  }
  return { root, problems };
}

function startOf(source: string, event: Extract<Event, { start: number }>): number {
  // A block collection starts with its first key or dash, a flow one with its bracket.
  return event.style === COLLECTION_STYLE_BLOCK ? skipBlank(source, event.start) : event.start;
}

function scalarStart(source: string, event: Extract<Event, { valueStart: number }>): number {
  const quoted = source[event.valueStart - 1];
  return quoted === '"' || quoted === "'" ? event.valueStart - 1 : Math.max(0, event.valueStart);
}

function anchorOf(source: string, event: { anchorStart: number; anchorEnd: number }): string | undefined {
  return event.anchorStart >= 0 ? source.slice(event.anchorStart, event.anchorEnd) : undefined;
}

function skipBlank(source: string, offset: number): number {
  let at = offset;
  while (source[at] === ' ' || source[at] === '\n' || source[at] === '\r') at++;
  return at < source.length ? at : offset;
}

function locator(source: string, root: Place): YamlDocument['locate'] {
  return (path, part = 'value') => {
    let place = root;
    let exact = true;
    for (const step of path) {
      const child = place.children.get(step);
      if (!child) {
        exact = false;
        break;
      }
      place = child;
    }
    // An ancestor that lacks something is shown by its name, not by its first line.
    const wantsKey = part === 'key' || !exact;
    return positionAt(source, wantsKey ? (place.keyStart ?? place.start) : place.start);
  };
}

/** Line and column of an offset; `\r\n`, `\n` and a lone `\r` end a line, as in YAML. */
export function positionAt(source: string, offset: number): Position {
  let line = 1;
  let lineStart = 0;
  const end = Math.min(offset, source.length);
  for (let at = 0; at < end; at++) {
    const code = source.charCodeAt(at);
    if (code === 10 || (code === 13 && source.charCodeAt(at + 1) !== 10)) {
      line++;
      lineStart = at + 1;
    }
  }
  return { line, column: end - lineStart + 1 };
}

/** `images.api.test[1]`; a name that is not plain is quoted. */
export function formatPath(path: readonly PathStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = /^[A-Za-z0-9_-]+$/.test(step) ? step : JSON.stringify(step);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
