import { folderOf, normalisePath } from './repository-path.ts';

/** Where text in a file is looked up from. */
export interface Place {
  file: string;
  /** Folder of the playbook that this belongs to. */
  playbooks: string;
  /** Folder of the role that this belongs to. */
  role?: string;
}

/** Marks a path that is known from the root; no path begins so. */
export const ROOT = '\0';

/** The variables whose values follow from where a file lies. */
export function fillIn(text: string, { playbooks, role }: Place): string {
  const known: Record<string, string | undefined> = { playbook_dir: playbooks, role_path: role };
  return text.replace(/^\{\{\s*(playbook_dir|role_path)\s*\}\}\/?/, (all, name: string) =>
    known[name] === undefined ? all : `${ROOT}${known[name]}/`,
  );
}

export function isTemplate(text: string): boolean {
  return /\{[{%]/.test(text);
}

/** Where Ansible would look for a relative path, from the repository's root; those that lead out of it left out. */
export function candidates(text: string, { file, playbooks, role }: Place): string[] {
  const folders = text.startsWith(ROOT)
    ? ['']
    : [folderOf(file), playbooks, ...KINDS.map((kind) => `${playbooks}/${kind}`)].concat(
        role === undefined ? [] : [role, ...KINDS.map((kind) => `${role}/${kind}`)],
      );
  const path = text.replace(ROOT, '');
  if (path.startsWith('/') && !text.startsWith(ROOT)) return [];
  const found = folders.flatMap((folder) => inFolder(folder, path));
  return [...new Set(found)];
}

const KINDS = ['tasks', 'vars', 'files', 'templates'];

/** The path from the repository's root; none where it leads out of it. */
export function inFolder(folder: string, path: string): string[] {
  const found = normalisePath(`${folder}/${path}`.replace(/^\/+/, ''));
  return found === undefined ? [] : [found];
}
