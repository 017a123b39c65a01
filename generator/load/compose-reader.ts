import { interpolate } from './compose-variables.ts';
import { isMapping, mergeEntries } from './merge-keys.ts';
import type { Entry } from './merge-keys.ts';
import type { YamlDocument } from './yaml-document.ts';

/** Looks into a stack file as Docker reads it: `<<` followed, variables replaced. What is not there is undefined. */
export interface ComposeReader {
  root: Entry;
  /** The value under keys, one below the other. */
  at(entry: Entry | undefined, ...keys: string[]): Entry | undefined;
  /** The entries of a mapping, by key. */
  entries(entry: Entry | undefined): Map<string, Entry>;
  items(entry: Entry | undefined): Entry[];
  /** A scalar as text; a plain number as it is written, such as `0400`. */
  text(entry: Entry | undefined): string | undefined;
}

export function composeReader(
  document: YamlDocument,
  variables: Readonly<Record<string, string>>,
): ComposeReader {
  const entries = (entry: Entry | undefined): Map<string, Entry> =>
    entry && isMapping(entry.value) ? mergeEntries(entry.value, entry.path) : new Map<string, Entry>();
  return {
    root: { value: document.value, path: [] },
    entries,
    at: (entry, ...keys) => keys.reduce((above, key) => entries(above).get(key), entry),
    items: (entry) =>
      Array.isArray(entry?.value)
        ? entry.value.map((value: unknown, index) => ({ value, path: [...entry.path, index] }))
        : [],
    text: (entry) => {
      const value = entry?.value;
      if (typeof value === 'number') return document.written(entry!.path) ?? String(value);
      if (typeof value !== 'string') return typeof value === 'boolean' ? String(value) : undefined;
      const filled = interpolate(value, variables);
      return 'error' in filled ? undefined : filled.text;
    },
  };
}
