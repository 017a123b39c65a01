import type { z } from 'zod';
import { hintNearest } from '../model/nearest-name.ts';
import { RESERVED_FIELDS } from '../model/project/project.ts';
import { quote } from '../model/project/text.ts';
import type { PathStep } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** A problem of the schema, in words; the path may point at a key that should not be there. */
export interface DescribedIssue {
  path: PathStep[];
  part: 'key' | 'value';
  message: string;
  hint: string;
}

/**
 * Says what a schema's issue means to a person: expected, found, what to do.
 * @param value the document that was checked, to say what was found
 * @param fieldsAt the names of the fields that the schema knows at a path, for hints
 */
export function describeIssue(
  issue: Issue,
  value: unknown,
  fieldsAt: (path: readonly PathStep[]) => readonly string[],
): DescribedIssue[] {
  const path = issue.path as PathStep[];
  const at = (message: string, hint = ''): DescribedIssue[] => [{ path, part: 'value', message, hint }];
  const found = valueAt(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        part: 'key' as const,
        ...describeUnknownKey(key, fieldsAt(path)),
      }));
    case 'invalid_type':
      if (found === undefined)
        return [{ path, part: 'key', message: 'is missing', hint: `expected ${typeWord(issue.expected)}` }];
      return at(
        `expected ${typeWord(issue.expected)}, found ${describeValue(found)}`,
        issue.expected === 'string' && isScalar(found) ? `quote it: "${String(found)}"` : '',
      );
    case 'invalid_value':
      return at(
        `expected ${issue.values.map((one) => String(one)).join(' or ')}, found ${describeValue(found)}`,
        typeof found === 'string' ? hintNearest(found, issue.values.map(String)) : '',
      );
    case 'invalid_union':
      return describeUnion(issue, value, fieldsAt);
    case 'invalid_key':
      return issue.issues.map((inner) => ({
        path,
        part: 'key' as const,
        message: inner.message,
        hint: hintOf(inner),
      }));
    case 'too_small':
      return at(
        issue.origin === 'array' || issue.origin === 'string'
          ? `expected at least ${issue.minimum}, found ${sizeOf(found)}`
          : `expected at least ${issue.minimum}, found ${describeValue(found)}`,
      );
    case 'too_big':
      return at(
        issue.origin === 'array' || issue.origin === 'string'
          ? `expected at most ${issue.maximum}, found ${sizeOf(found)}`
          : `expected at most ${issue.maximum}, found ${describeValue(found)}`,
      );
    default:
      return at(issue.message, hintOf(issue));
  }
}

function describeUnknownKey(key: string, fields: readonly string[]): { message: string; hint: string } {
  if ((RESERVED_FIELDS as readonly string[]).includes(key))
    return { message: 'is reserved: not yet supported', hint: 'remove it' };
  if (key === '<<')
    return {
      message: 'merge keys are not part of YAML 1.2',
      hint: 'write the fields out, or use template: and for: in jobs',
    };
  return { message: 'is not a field', hint: hintNearest(key, fields) };
}

/** The branch of a union that the value was meant for: of its own type, and with the fewest issues. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  fieldsAt: (path: readonly PathStep[]) => readonly string[],
): DescribedIssue[] {
  const path = issue.path as PathStep[];
  const found = valueAt(value, path);
  const branches = issue.errors.filter(
    (issues) =>
      !issues.some(
        (inner) =>
          inner.path.length === 0 && (inner.code === 'invalid_type' || inner.code === 'invalid_value'),
      ),
  );
  const best = [...branches].sort((a, b) => a.length - b.length)[0];
  if (best && best.length > 0) {
    return best.flatMap((inner) =>
      describeIssue({ ...inner, path: [...path, ...inner.path] } as Issue, value, fieldsAt),
    );
  }
  const expected = issue.errors
    .flatMap((issues) => issues.filter((inner) => inner.path.length === 0))
    .map((inner) =>
      inner.code === 'invalid_type'
        ? typeWord(inner.expected)
        : inner.code === 'invalid_value'
          ? inner.values.join(' or ')
          : '',
    );
  const words = [...new Set(expected.filter((word) => word !== ''))];
  return [
    {
      path,
      part: found === undefined ? 'key' : 'value',
      message:
        found === undefined ? 'is missing' : `expected ${words.join(' or ')}, found ${describeValue(found)}`,
      hint: found === undefined ? `expected ${words.join(' or ')}` : '',
    },
  ];
}

function hintOf(issue: object): string {
  const params = (issue as { params?: { hint?: unknown } }).params;
  return typeof params?.hint === 'string' ? params.hint : '';
}

function valueAt(value: unknown, path: readonly PathStep[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PathStep, unknown>)[step];
  }
  return current;
}

function typeWord(type: string): string {
  const words: Record<string, string> = {
    string: 'text',
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return words[type] ?? type;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? quote(value) : String(value);
}

function sizeOf(value: unknown): string {
  return typeof value === 'string' || Array.isArray(value) ? String(value.length) : 'none';
}
