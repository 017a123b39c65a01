import type { Situation } from './decide-action.ts';
import type { InputChange } from './plan.ts';

/** A reason is one line: what is beyond is in `changes`. */
const MAX_NAMES = 3;
const MAX_PARTS = 3;
const MAX_NAME = 80;
/** Types whose name is a path of the repository. */
const FILES = ['file', 'tree', 'dockerfile'];

/**
 * What differs, the nearest cause first: a person's own edits, then what moved upstream, then parents.
 * @returns undefined where no difference is known
 */
export function describeChanges({
  component,
  changes,
  rebuilt,
}: Pick<Situation, 'component' | 'changes' | 'rebuilt'>): string | undefined {
  const schema = changes.find(({ type }) => type === 'schema');
  // Under another schema every input may look different: none of them is the cause.
  if (schema) return describeSchema(schema);
  const isFile = ({ type }: InputChange): boolean => FILES.includes(type);
  const isParent = ({ type }: InputChange): boolean => type === 'parent';
  const others = changes.filter((change) => !isFile(change) && !isParent(change));
  const parents = changes.filter(isParent);
  const fresh = parents.filter(({ name }) => rebuilt.some((id) => id === name));
  const old = parents.filter((change) => !fresh.includes(change));
  const base = component.kind === 'image' ? (fresh.length > 1 ? 'its bases ' : 'its base ') : '';
  const parts = [
    ...describeFiles(uniquePaths(changes.filter(isFile))),
    ...others.map(describeInput),
    ...(fresh.length > 0 ? [`${base}${list(fresh)} ${fresh.length > 1 ? 'are' : 'is'} rebuilt`] : []),
    ...(old.length > 0 ? [`${list(old)} changed`] : []),
  ];
  if (parts.length === 0) return undefined;
  const more = parts.length - MAX_PARTS;
  return [...parts.slice(0, MAX_PARTS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** The former schema is not known where only the hash was recorded. */
function describeSchema({ before, after }: InputChange): string {
  if (before !== undefined) return `hash schema ${before} -> ${after ?? 'none'}`;
  return 'what exists was hashed otherwise: by another version of millrace, or with another lock';
}

/** A Dockerfile is an input by its content, and once more as a file where it lies in the context. */
function uniquePaths(files: readonly InputChange[]): InputChange[] {
  const isTwice = ({ type, name }: InputChange): boolean =>
    type === 'dockerfile' && files.some((other) => other.type !== 'dockerfile' && other.name === name);
  return files.filter((file) => !isTwice(file));
}

function describeFiles(files: readonly InputChange[]): string[] {
  const [first] = files;
  if (!first) return [];
  if (files.length === 1) {
    return [
      changesModeOnly(first) ? `mode of ${shortPath(first.name)} changed` : `${list(files)} ${verbOf(first)}`,
    ];
  }
  const verb = files.every((file) => verbOf(file) === verbOf(first)) ? verbOf(first) : 'changed';
  return [`${files.length} files ${verb}: ${list(files)}`];
}

/** A file's value is `mode oid`. */
function changesModeOnly({ before, after }: InputChange): boolean {
  const [modeBefore, oidBefore] = before?.split(' ') ?? [];
  const [modeAfter, oidAfter] = after?.split(' ') ?? [];
  return oidBefore !== undefined && oidBefore === oidAfter && modeBefore !== modeAfter;
}

function verbOf({ before, after }: InputChange): string {
  return before === undefined ? 'added' : after === undefined ? 'deleted' : 'changed';
}

/** Inputs that a component has one of; their names add nothing. */
const SINGLE: Readonly<Record<string, string>> = { target: 'target', platform: 'platforms', test: 'test' };

function describeInput(change: InputChange): string {
  const { type, before, after } = change;
  const name = shortPath(change.name);
  if (type === 'external') {
    // An AMI's source has no reference to name it by.
    if (name === 'source') return 'the source AMI moved';
    if (before === undefined) return `now uses ${name}`;
    return after === undefined ? `no longer uses ${name}` : `${name} moved`;
  }
  if (type === 'epoch') return `epoch raised (${before ?? 0} -> ${after ?? 0}): rebuilt by force`;
  const named = SINGLE[type] ?? `${type === 'arg' ? 'build argument' : type} ${name}`;
  return `${named} ${verbOf(change)}`;
}

/** `a`, `a and b`, `a, b, c and 4 more`. */
function list(changes: readonly InputChange[]): string {
  const names = changes.map(({ name }) => shortPath(name));
  if (names.length > MAX_NAMES) {
    return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;
  }
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

/** The end of a path says most. */
function shortPath(path: string): string {
  const letters = [...path];
  return letters.length <= MAX_NAME ? path : `…${letters.slice(1 - MAX_NAME).join('')}`;
}
