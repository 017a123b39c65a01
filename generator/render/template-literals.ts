import { groovyComment, groovyList, groovyShell, groovyString } from './literals/groovy-literal.ts';
import { yamlFile, yamlLines, yamlString, yamlWholeFile } from './literals/yaml-literal.ts';

const HEADER = 'Generated from project.yaml: edit that file and run `millrace generate`.';

/** How templates write values: each goes through the helper of the language that it enters. */
export const TEMPLATE_HELPERS = {
  header: (): string => HEADER,
  groovy: (value: unknown): string => groovyString(expectType(value, 'string')),
  groovyList: (value: unknown): string => groovyList(expectType(value, 'object') as unknown as string[]),
  /** A constant, or where jobs share a text `{variable}`: what holds the value of each. */
  groovyTerm: (value: unknown): string =>
    typeof value === 'string' ? groovyString(value) : expectVariable(expectType(value, 'object')),
  /** What a closure takes as one or several arguments. */
  groovyRow: (value: unknown): string => groovyRow(expectType(value, 'object') as unknown as string[]),
  groovyShell: (value: unknown): string => groovyShell(expectType(value, 'string')),
  yaml: (value: unknown): string => yamlString(expectType(value, 'string')),
  /** A text that is the content of a file where Jenkins runs. */
  yamlFile: (value: unknown): string => yamlFile(expectType(value, 'string')),
  yamlWholeFile: (value: unknown): string => yamlWholeFile(expectType(value, 'string')),
  /** Whole lines, below a key with `|`, six columns to the right. */
  yamlLines: (value: unknown): string => yamlLines(expectType(value, 'string'), 6),
  comment: (value: unknown): string => wrapComment(groovyComment(expectType(value, 'string'))),
  integer: (value: unknown): string => String(Math.trunc(expectType(value, 'number'))),
  boolean: (value: unknown): string => String(expectType(value, 'boolean')),
  keyword: (value: unknown): string => expectIdentifier(expectType(value, 'string')),
};

/** A comment of many words goes on in lines of its own. */
function wrapComment(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length + word.length > 110 && line !== '') lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n// ');
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
  object: object;
}

function expectType<T extends keyof Types>(value: unknown, type: T): Types[T] {
  if (typeof value !== type) throw new TypeError(`a template expected ${type}, found ${typeof value}`);
  return value as Types[T];
}

function groovyRow(texts: readonly string[]): string {
  return texts.length === 1 ? groovyString(texts[0]!) : groovyList(texts);
}

function expectVariable(value: object): string {
  const { variable } = value as { variable?: unknown };
  return expectType(variable, 'string').split('.').map(expectIdentifier).join('.');
}

function expectIdentifier(text: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) throw new RangeError(`"${text}" is not an identifier`);
  return text;
}
