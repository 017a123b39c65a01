import type { HashInput } from '../../model/component-hash.ts';

/** Variables as inputs; the order of a mapping's keys says nothing. */
export function variableInputs(variables: Readonly<Record<string, unknown>> = {}): HashInput[] {
  return Object.entries(variables).map(([name, value]) => ({
    type: 'variable',
    name,
    value: canonicalJson(value),
  }));
}

/** JSON with the keys of every mapping sorted. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}
