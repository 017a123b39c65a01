import { escapeMisleading } from './groovy-literal.ts';

/**
 * A scalar of a configuration-as-code document that Jenkins reads as exactly this text. JCasC looks for `${` in every
 * value, and `^${` is how it is told not to (SecretSourceResolver.encode of the plugin); then YAML's own escapes, in
 * double quotes, for what ends the scalar and for what a reader could not see or would misread.
 * Source: https://yaml.org/spec/1.1/#id872840 (SnakeYAML reads YAML 1.1).
 */
export function yamlString(text: string): string {
  return `"${[...escapeVariables(text)].map(escapeCharacter).join('')}"`;
}

/**
 * A scalar that is the content of a file where Jenkins runs, without white space around it.
 * @param path absolute, of plain characters
 */
export function yamlFile(path: string): string {
  return `"\${trim:${readFile(path)}}"`;
}

/** As yamlFile, with the line end that a private key must have. */
export function yamlWholeFile(path: string): string {
  return `"${readFile(path)}"`;
}

function readFile(path: string): string {
  if (!/^(\/[A-Za-z0-9._-]+)+$/.test(path)) throw new RangeError(`"${path}" is not a plain absolute path`);
  return `\${readFile:${path}}`;
}

/** Lines of a block scalar (`|`), whose first line the template has indented already. */
export function yamlLines(text: string, columns: number): string {
  const unfit = /[^\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (unfit || /^\s/.test(text)) throw new RangeError('a block of YAML cannot begin or hold that as it is');
  return escapeVariables(text.trimEnd())
    .split('\n')
    .map((line, index) => (index === 0 || line === '' ? line : ' '.repeat(columns) + line))
    .join('\n');
}

function escapeVariables(text: string): string {
  return text.replaceAll('${', '^${');
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  const code = character.codePointAt(0)!;
  if (code > 0x1f && escapeMisleading(character) === character) return character;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
