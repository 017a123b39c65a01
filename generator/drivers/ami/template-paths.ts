import type { RepositoryFiles } from '../../model/repository-files.ts';
import { folderOf, normalisePath } from '../ansible/repository-path.ts';

/**
 * Paths of this repository that a Packer template names, for its provisioners. HCL is read leniently: comments are left
 * out, locals and variables with a plain text are filled in, `path.root` is the template's folder. A text that names
 * nothing in the repository is none of our business; one whose end is open names the folder that its known part leads
 * to. A folder that only a local holds is where paths begin, and is named by who uses the local alone.
 *
 * @param variables of the component; they come before the template's own defaults
 * @returns sorted, from the repository's root
 */
export function templatePaths(
  files: RepositoryFiles,
  template: string,
  variables: Readonly<Record<string, unknown>> = {},
): string[] {
  const source = dropComments(new TextDecoder().decode(files.read(template) ?? new Uint8Array()));
  const definitions = readDefinitions(source);
  const known = new Map([['path.root', `${ROOT}${folderOf(template)}`]]);
  for (const { name, text } of definitions) known.set(name, text);
  for (const [name, value] of Object.entries(variables))
    if (typeof value === 'string') known.set(`var.${name}`, value);
  const defined = new Set(definitions.map(({ offset }) => offset));
  const paths = new Set<string>();
  for (const { text, offset } of readTexts(source)) {
    for (const path of locate(fillIn(text, known), template)) {
      const kind = path === '' ? 'none' : files.kind(path);
      if (kind === 'file' || (kind === 'directory' && /[/.]/.test(text) && !defined.has(offset)))
        paths.add(path);
    }
  }
  return [...paths].sort();
}

/** Marks what is known from the repository's root. */
const ROOT = '\0';

/** A quoted text, with what stands in `${…}` and `%{…}` in it, quotes included. */
const TEXT = /"(?:[^"\\$%\n]|\\.|[$%](?!\{)|[$%]\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\})*"/.source;

function dropComments(source: string): string {
  const tokens = new RegExp(`${TEXT}|#[^\\n]*|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, 'g');
  return source.replace(tokens, (token) => (token.startsWith('"') ? token : ' '.repeat(token.length)));
}

interface Text {
  text: string;
  offset: number;
}

/** Quoted texts, and locals and variables that stand by themselves, as `${…}`. */
function readTexts(source: string): Text[] {
  return [...source.matchAll(new RegExp(`${TEXT}|\\b(?:local|var)\\.[\\w-]+`, 'g'))].map(
    ({ 0: token, index }) => ({
      text: token.startsWith('"') ? token.slice(1, -1) : `\${${token}}`,
      offset: index,
    }),
  );
}

/** Locals, and defaults of variables, that are a plain text. */
function readDefinitions(source: string): (Text & { name: string })[] {
  const locals = findBlocks(source, /\blocals\s*\{/g).flatMap((block) =>
    readAssignments(block).map(({ key, ...text }) => ({ ...text, name: `local.${key}` })),
  );
  const defaults = findBlocks(source, /\bvariable\s+"?([\w-]+)"?\s*\{/g).flatMap((block) =>
    readAssignments(block)
      .filter(({ key }) => key === 'default')
      .map(({ key: _, ...text }) => ({ ...text, name: `var.${block.label}` })),
  );
  return [...locals, ...defaults];
}

interface Block {
  label: string;
  body: string;
  /** Where the body begins in the file. */
  offset: number;
}

function readAssignments({ body, offset }: Block): (Text & { key: string })[] {
  return [...body.matchAll(new RegExp(`(?:^|[\\s{,])([\\w-]+)([ \\t]*=[ \\t]*)(${TEXT})`, 'g'))].map(
    ({ 0: all, 1: key, 3: quoted, index }) => ({
      key: key!,
      text: quoted!.slice(1, -1),
      offset: offset + index + all.length - quoted!.length,
    }),
  );
}

/** The bodies of blocks, up to the brace that closes them. */
function findBlocks(source: string, header: RegExp): Block[] {
  return [...source.matchAll(header)].map(({ 0: all, 1: label = '', index }) => {
    const offset = index + all.length;
    const tokens = new RegExp(`${TEXT}|[{}]`, 'g');
    tokens.lastIndex = offset;
    let depth = 1;
    let end = source.length;
    for (let token = tokens.exec(source); token && depth > 0; token = tokens.exec(source)) {
      depth += token[0] === '{' ? 1 : token[0] === '}' ? -1 : 0;
      if (depth === 0) end = token.index;
    }
    return { label, body: source.slice(offset, end), offset };
  });
}

/** Locals may be made of locals; what goes round in circles stays open. */
function fillIn(text: string, known: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > 8) return text;
  return text.replace(/\$\{\s*((?:path|local|var)\.[\w-]+)\s*\}/g, (all, name: string) => {
    const value = known.get(name);
    return value === undefined ? all : fillIn(value, known, depth + 1);
  });
}

/** Packer takes relative paths from where it is started: the root of the export, or the template's folder. */
function locate(text: string, template: string): string[] {
  const open = text.search(/[$%]\{/);
  const written = open < 0 ? text : folderOf(text.slice(0, open));
  const isKnown = written.startsWith(ROOT);
  const path = written.replaceAll(ROOT, '');
  if (!/[./]/.test(path) || (path.startsWith('/') && !isKnown)) return [];
  const folders = isKnown ? [''] : ['', folderOf(template)];
  return folders.flatMap((folder) => normalisePath(`${folder}/${path}`.replace(/^\/+/, '')) ?? []);
}
