import { quote } from '../model/project/text.ts';
import { shorten } from '../model/shorten.ts';
import type { PathStep } from './yaml-path.ts';

/** What stands at a path of plain data; undefined where there is nothing. */
export function valueAt(value: unknown, path: readonly PathStep[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PathStep, unknown>)[step];
  }
  return current;
}

/** A type of the schema in the words of project.yaml's reader. */
export function typeWord(type: string): string {
  return WORDS.get(type) ?? type;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
  ['array', 'a list'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
]);

/** What was found, in a few words: `a list`, `"text"`, `012`. */
export function describeValue(value: unknown, written?: string): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'number' && typeof value !== 'boolean') return typeof value;
  return shorten(written ?? String(value), 60);
}

/** The length of what has one. */
export function sizeOf(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? String(value.length) : 'none';
}
