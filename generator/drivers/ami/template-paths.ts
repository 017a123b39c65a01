import type { RepositoryFiles } from '../../model/repository-files.ts';
import { folderOf, normalisePath } from '../ansible/repository-path.ts';

/**
 * Paths of this repository that a Packer template names in its texts, for the provisioners. HCL is read leniently:
 * comments are left out, locals and variables with a plain text are filled in, `path.root` is the template's folder.
 * A text that names nothing in the repository is none of our business; one whose end is open names the folder that
 * its known part leads to.
 *
 * @param variables of the component; they come before the template's own defaults
 */
export function templatePaths(
  files: RepositoryFiles,
  template: string,
  variables: Readonly<Record<string, unknown>> = {},
): string[] {
  const source = dropComments(new TextDecoder().decode(files.read(template) ?? new Uint8Array()));
  const known = new Map<string, string>([['path.root', `${ROOT}${folderOf(template)}`]]);
  for (const [name, text] of readDefaults(source)) known.set(`var.${name}`, text);
  for (const [name, value] of Object.entries(variables))
    if (typeof value === 'string') known.set(`var.${name}`, value);
  for (const [name, text] of readAssignments(source)) known.set(`local.${name}`, text);
  const paths = new Set<string>();
  for (const [text] of source.matchAll(TEXT)) {
    for (const path of locate(fillIn(text.slice(1, -1), known), template)) {
      const kind = files.kind(path);
      if (kind === 'file' || (kind === 'directory' && path !== '' && text.includes('/'))) paths.add(path);
    }
  }
  return [...paths].sort();
}

/** Marks what is known from the repository's root. */
const ROOT = '\0';

/** A quoted text, with what stands in `${…}` and `%{…}` in it, quotes included. */
const TEXT = /"(?:[^"\\$%\n]|\\.|[$%](?!\{)|[$%]\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\})*"/g;

function dropComments(source: string): string {
  const tokens = new RegExp(`${TEXT.source}|#[^\\n]*|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, 'g');
  return source.replace(tokens, (token) => (token.startsWith('"') ? token : ' '));
}

function readAssignments(source: string): [string, string][] {
  return [...source.matchAll(new RegExp(`(?:^|[\\s{])([\\w-]+)[ \\t]*=[ \\t]*(${TEXT.source})`, 'g'))].map(
    (match) => [match[1]!, match[2]!.slice(1, -1)],
  );
}

function readDefaults(source: string): [string, string][] {
  return [...source.matchAll(/\bvariable\s+"?([\w-]+)"?\s*\{([^{}]*)\}/g)].flatMap(([, name, body]) => {
    const found = readAssignments(body!).find(([key]) => key === 'default');
    return found ? [[name!, found[1]] as [string, string]] : [];
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
