import type { z } from 'zod';
import { hintNearest } from '../model/nearest-name.ts';
import { RESERVED_FIELDS } from '../model/project/project.ts';
import { describeValue, sizeOf, typeWord, valueAt } from './describe-value.ts';
import type { PathStep } from './yaml-path.ts';

type Issue = z.core.$ZodIssue;

/** A problem of the schema, in words; the path may point at a key that should not be there. */
export interface DescribedIssue {
  path: PathStep[];
  part: 'key' | 'value';
  message: string;
  hint: string;
}

/** A mapping of more unknown names is not a slip of the pen. */
const MAX_KEYS = 1_000;

/**
 * Says what a schema's issue means to a person: expected, found, what to do.
 * @param value the document that was checked, to say what was found
 * @param fieldsAt the names of the fields that the schema knows at a path, for hints
 * @param written how a value is written, where that may differ from what it is read as (`012`)
 */
export function describeIssue(
  issue: Issue,
  value: unknown,
  fieldsAt: (path: readonly PathStep[]) => readonly string[],
  written: (path: readonly PathStep[]) => string | undefined = () => undefined,
): DescribedIssue[] {
  const path = issue.path as PathStep[];
  const at = (message: string, hint = ''): DescribedIssue[] => [{ path, part: 'value', message, hint }];
  const found = valueAt(value, path);
  const shown = describeValue(found, written(path));
  switch (issue.code) {
    case 'unrecognized_keys':
      return describeUnknownKeys(path, issue.keys, fieldsAt(path));
    case 'invalid_type':
      return describeType(issue, found, written(path));
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (found === undefined) return [missing(path, values.join(' or '))];
      const hint = typeof found === 'string' ? hintNearest(found, values) : '';
      return at(`expected ${values.join(' or ')}, found ${shown}`, hint.startsWith('one of') ? '' : hint);
    }
    case 'invalid_union':
      return describeUnion(issue, value, fieldsAt, written);
    case 'invalid_key':
      return issue.issues.map(({ message, ...inner }) => {
        return { path, part: 'key' as const, message, hint: hintOf(inner) };
      });
    case 'too_small':
    case 'too_big': {
      const [word, limit] =
        issue.code === 'too_small' ? (['least', issue.minimum] as const) : (['most', issue.maximum] as const);
      const sized = issue.origin === 'array' || issue.origin === 'string';
      const unit = issue.origin === 'array' ? ' in the list' : issue.origin === 'string' ? ' characters' : '';
      return at(`expected at ${word} ${limit}${unit}, found ${sized ? sizeOf(found) : shown}`);
    }
    default:
      return at(issue.message, hintOf(issue));
  }
}

function missing(path: PathStep[], expected: string): DescribedIssue {
  return { path, part: 'key', message: 'is missing', hint: `expected ${expected}` };
}

function describeType(
  issue: Extract<Issue, { code: 'invalid_type' }>,
  found: unknown,
  written: string | undefined,
): DescribedIssue[] {
  const path = issue.path as PathStep[];
  const expected = typeWord(issue.expected);
  if (found === undefined) return [missing(path, expected)];
  const scalar = typeof found === 'number' || typeof found === 'boolean';
  return [
    {
      path,
      part: 'value',
      message: `expected ${expected}, found ${describeValue(found, written)}`,
      hint: issue.expected === 'string' && scalar ? `quote it: "${written ?? String(found)}"` : '',
    },
  ];
}

function describeUnknownKeys(
  path: readonly PathStep[],
  keys: readonly string[],
  fields: readonly string[],
): DescribedIssue[] {
  return keys.slice(0, MAX_KEYS).map((key) => ({
    path: [...path, key],
    part: 'key' as const,
    ...describeUnknownKey(key, fields),
  }));
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
  written: (path: readonly PathStep[]) => string | undefined,
): DescribedIssue[] {
  const path = issue.path as PathStep[];
  const found = valueAt(value, path);
  const isOfOtherType = (inner: Issue): boolean =>
    inner.path.length === 0 && (inner.code === 'invalid_type' || inner.code === 'invalid_value');
  const branches = issue.errors.filter((issues) => !issues.some(isOfOtherType));
  const best = [...branches].sort((a, b) => a.length - b.length)[0];
  if (best && best.length > 0) {
    return best.flatMap((inner) =>
      describeIssue({ ...inner, path: [...path, ...inner.path] }, value, fieldsAt, written),
    );
  }
  const words = issue.errors.flat().flatMap((inner) => {
    if (inner.path.length > 0) return [];
    if (inner.code === 'invalid_type') return [typeWord(inner.expected)];
    return inner.code === 'invalid_value' ? [inner.values.join(' or ')] : [];
  });
  const expected = [...new Set(words)].join(' or ');
  if (found === undefined) return [missing(path, expected)];
  const message = `expected ${expected}, found ${describeValue(found, written(path))}`;
  return [{ path, part: 'value', message, hint: '' }];
}

function hintOf(issue: object): string {
  const params = (issue as { params?: { hint?: unknown } }).params;
  return typeof params?.hint === 'string' ? params.hint : '';
}
