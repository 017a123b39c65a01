import type { z } from 'zod';
import type { PathStep } from './yaml-path.ts';

/**
 * Checks a value against a schema, taking a field with nothing behind it (`images:`) for an empty mapping or
 * list where the schema wants one.
 * @param value plain data of which nobody else makes use; it is changed in place
 */
export function fillEmpty<T>(
  schema: z.ZodType<T>,
  value: unknown,
): { parsed: z.ZodSafeParseResult<T>; value: unknown } {
  let parsed = schema.safeParse(value);
  // Filling one field shows those below that are wrong, never another empty one: one round is enough.
  if (!parsed.success && fillNulls(value, parsed.error.issues)) parsed = schema.safeParse(value);
  return { parsed, value };
}

function fillNulls(value: unknown, issues: readonly z.core.$ZodIssue[]): boolean {
  let filled = false;
  for (const issue of issues) {
    const empty = issue.code === 'invalid_type' ? emptyOf(issue.expected) : undefined;
    if (empty !== undefined && setNull(value, issue.path as PathStep[], empty)) filled = true;
  }
  return filled;
}

function emptyOf(expected: string): object | undefined {
  if (expected === 'object' || expected === 'record') return {};
  return expected === 'array' ? [] : undefined;
}

/** @returns false where something else than null stands there */
function setNull(root: unknown, path: readonly PathStep[], empty: object): boolean {
  const last = path.at(-1);
  let holder = root;
  for (const step of path.slice(0, -1)) holder = (holder as Record<PathStep, unknown>)[step];
  if (last === undefined || typeof holder !== 'object' || holder === null) return false;
  const fields = holder as Record<PathStep, unknown>;
  if (!Object.hasOwn(fields, last) || fields[last] !== null) return false;
  fields[last] = empty;
  return true;
}
