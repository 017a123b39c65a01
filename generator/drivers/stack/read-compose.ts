import { interpolate } from '../../load/compose-variables.ts';
import { isMapping, mergeEntries } from '../../load/merge-keys.ts';
import type { Mapping } from '../../load/merge-keys.ts';
import { parseYamlDocument } from '../../load/yaml-document.ts';
import type { PathStep, YamlDocument } from '../../load/yaml-document.ts';
import { UserError } from '../../model/user-error.ts';
import { castValue, readInteger } from './cast-value.ts';

export const SECTIONS = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const;
export type Section = (typeof SECTIONS)[number];

/** A stack file with its variables, aliases and `<<` replaced; an entry without content is an empty mapping. */
export interface ComposeFile extends Record<Section, Record<string, Mapping>> {
  version: string;
  /** Variables that are empty because nobody gives them a value. */
  unset: string[];
}

/** What `configs:` with a `name:` and `deploy:` with all its fields need; the newest of Docker 20.10. */
const VERSION = '3.9';

/**
 * Reads a stack file as `docker stack deploy` does, but with the stack's own variables in place of the environment.
 * @param file its path, for messages
 * @throws UserError BAD_STACK, with the place
 */
export function readCompose(
  content: Uint8Array,
  file: string,
  variables: Readonly<Record<string, string>>,
): ComposeFile {
  const document = parseYamlDocument(content, { plainData: true });
  const wrong = document.problems.find(({ kind }) => kind !== 'number');
  if (wrong) throw badStack(file, document, wrong.path, wrong.message);
  if (!isMapping(document.value)) throw badStack(file, document, [], 'expected a mapping with services:');
  const root = mergeEntries(document.value, []);
  const context = { document, file, variables, unset: new Set<string>() };
  const version: unknown = root.get('version')?.value ?? VERSION;
  if (!/^"?3(?:\.[0-9]+)?"?$/.test(JSON.stringify(version))) {
    throw badStack(
      file,
      document,
      ['version'],
      'expected version "3" or "3.x", as `docker stack deploy` does',
    );
  }
  const sections = SECTIONS.map((section): [Section, Record<string, Mapping>] => {
    const entry = root.get(section);
    const value = entry === undefined ? {} : (resolve(entry.value, [section], entry.path, context) ?? {});
    if (!isMapping(value)) throw badStack(file, document, [section], 'expected a mapping');
    const named = Object.entries(value).map(([name, item]): [string, Mapping] => {
      if (item === null) return [name, {}];
      if (!isMapping(item)) throw badStack(file, document, [section, name], 'expected a mapping');
      return [name, item];
    });
    return [section, Object.fromEntries(named)];
  });
  const compose = Object.fromEntries(sections) as Record<Section, Record<string, Mapping>>;
  return { ...compose, version: VERSION, unset: [...context.unset].sort() };
}

interface Context {
  document: YamlDocument;
  file: string;
  variables: Readonly<Record<string, string>>;
  unset: Set<string>;
}

/** @param path where the value counts @param written where it stands: elsewhere, where `<<` brought it */
function resolve(
  value: unknown,
  path: readonly PathStep[],
  written: readonly PathStep[],
  context: Context,
): unknown {
  if (typeof value === 'string') return fill(value, path, written, context);
  if (typeof value === 'number') return readNumber(value, context.document.written(written));
  if (Array.isArray(value)) {
    return value.map((item: unknown, at) => resolve(item, [...path, at], [...written, at], context));
  }
  if (!isMapping(value)) return value;
  const entries = [...mergeEntries(value, written)];
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, resolve(entry.value, [...path, key], entry.path, context)]),
  );
}

function fill(
  text: string,
  path: readonly PathStep[],
  written: readonly PathStep[],
  { document, file, variables, unset }: Context,
): unknown {
  const filled = interpolate(text, variables);
  if ('error' in filled) throw badStack(file, document, written, filled.error);
  for (const name of filled.unset) unset.add(name);
  return filled.text === text ? text : castValue(filled.text, path);
}

/** Docker reads YAML 1.1, where `mode: 0400` is octal; what JavaScript's numbers cannot hold stays as it is written. */
function readNumber(value: number, written: string | undefined): number | string {
  const integer = written === undefined ? undefined : readInteger(written);
  const read = integer ?? value;
  return written !== undefined && Number.isInteger(read) && !Number.isSafeInteger(read) ? written : read;
}

function badStack(
  file: string,
  document: YamlDocument,
  path: readonly PathStep[],
  message: string,
): UserError {
  const { line, column } = document.locate(path);
  return new UserError('BAD_STACK', `${file}:${line}:${column}: ${message}; correct the stack file`);
}
