import type { PathStep } from './yaml-document.ts';

export type Mapping = Readonly<Record<string, unknown>>;
/** A value of a mapping, and the path where it is written: elsewhere, where `<<` brought it. */
export interface Entry {
  value: unknown;
  path: readonly PathStep[];
}

/**
 * A mapping's entries with those of `<<` (https://yaml.org/type/merge.html): its own win, then those of the
 * mapping named first.
 */
export function mergeEntries(
  mapping: Mapping,
  path: readonly PathStep[],
  above: readonly Mapping[] = [],
): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(mapping))
    if (key !== '<<') entries.set(key, { value, path: [...path, key] });
  // An alias may name the mapping that it stands in.
  if (above.includes(mapping)) return entries;
  const merged = mapping['<<'];
  const parts: [unknown, readonly PathStep[]][] = Array.isArray(merged)
    ? merged.map((part, index) => [part, [...path, '<<', index]])
    : [[merged, [...path, '<<']]];
  for (const [part, partPath] of parts) {
    if (!isMapping(part)) continue;
    for (const [key, entry] of mergeEntries(part, partPath, [...above, mapping]))
      if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

/** True for what YAML calls a mapping, as the parser gives it: an object that is no list. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
