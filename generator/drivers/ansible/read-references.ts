/** What a playbook, a file of tasks or a role's meta names, as it is written. */
export interface Reference {
  /** `path`: any text that may name a file; `source`: what a module reads from the machine that runs the playbook. */
  kind: 'role' | 'playbook' | 'tasks' | 'vars' | 'glob' | 'source' | 'path';
  text: string;
}

const TASK_FILES = new Set(['include_tasks', 'import_tasks', 'include']);
const ROLES = new Set(['include_role', 'import_role']);
/** Modules whose `src` lies where the playbook runs, unless they are told otherwise. */
const SENDERS = new Set(['copy', 'template', 'script', 'unarchive', 'assemble', 'patch', 'synchronize']);

/** Everything that a playbook (a list of plays) names. @param value the parsed file */
export function readPlaybook(value: unknown): Reference[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isRecord)
    .flatMap((play) => [
      ...readNamed(play, 'import_playbook', 'playbook'),
      ...(play['hosts'] === undefined ? [] : readNamed(play, 'include', 'playbook')),
      ...readRoleList(play['roles']),
      ...texts(play['vars_files']).map((text) => ({ kind: 'vars' as const, text })),
      ...readTasks(play),
    ]);
}

/** Everything that tasks name, however deep in blocks. @param value the parsed file */
export function readTasks(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(readTasks);
  if (typeof value === 'string') return readText(value);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => readField(plainName(key), field));
}

/** A role's meta/main.yml. */
export function readMeta(value: unknown): Reference[] {
  return isRecord(value) ? readRoleList(value['dependencies']) : [];
}

function readField(key: string, field: unknown): Reference[] {
  if (TASK_FILES.has(key)) return fileOf(field).map((text) => ({ kind: 'tasks', text }));
  if (key === 'include_vars') return fileOf(field).map((text) => ({ kind: 'vars', text }));
  if (ROLES.has(key)) return readRoleList([field]);
  if (key === 'with_fileglob') return texts(field).map((text) => ({ kind: 'glob', text }));
  return [...(SENDERS.has(key) ? readSource(field) : []), ...readTasks(field)];
}

function readSource(field: unknown): Reference[] {
  if (typeof field === 'string') return [{ kind: 'source', text: freeForm(field, 'src') ?? cutWords(field) }];
  if (!isRecord(field)) return [];
  const { src, cmd, remote_src: remote = false } = field;
  if (remote !== false && remote !== 'false' && remote !== 'no') return [];
  return texts(src ?? cmd).map((text) => ({ kind: 'source', text }));
}

/** Names, and mappings with a name: `roles:`, `dependencies:`, and what `include_role` takes. */
function readRoleList(list: unknown): Reference[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const name = isRecord(entry) ? (entry['role'] ?? entry['name'] ?? entry['src']) : entry;
    if (typeof name !== 'string') return [];
    const role: Reference = { kind: 'role', text: freeForm(name, 'name') ?? freeForm(name, 'role') ?? name };
    return [role, ...(isRecord(entry) ? readTasks(entry) : [])];
  });
}

/** Text in which quoted words are read too, as in `{{ lookup('file', 'keys/a.pub') }}`. */
function readText(text: string): Reference[] {
  const references: Reference[] = [{ kind: 'path', text }];
  if (!text.includes('{{')) return references;
  const globs = /fileglob/.test(text);
  for (const match of text.matchAll(/'([^'{}]+)'|"([^"{}]+)"/g))
    references.push({ kind: globs ? 'glob' : 'path', text: (match[1] ?? match[2])! });
  return references;
}

function readNamed(
  play: Readonly<Record<string, unknown>>,
  name: string,
  kind: Reference['kind'],
): Reference[] {
  return Object.entries(play).flatMap(([key, field]) =>
    plainName(key) === name ? fileOf(field).map((text) => ({ kind, text })) : [],
  );
}

/** `file.yml`, `file.yml apply=…`, `file=file.yml`, `{ file: file.yml }`, `{ dir: folder }`. */
function fileOf(field: unknown): string[] {
  if (typeof field === 'string') return [freeForm(field, 'file') ?? cutWords(field)];
  if (!isRecord(field)) return [];
  return ['file', '_raw_params', 'dir'].flatMap((key) =>
    typeof field[key] === 'string' ? [field[key]] : [],
  );
}

/** What comes before further words, unless these are part of a template. */
function cutWords(text: string): string {
  return text.includes('{{') ? text.trim() : text.trim().split(/\s/, 1)[0]!;
}

/** `key=value` in a line of such words. */
function freeForm(text: string, key: string): string | undefined {
  return new RegExp(`(?:^|\\s)${key}=(\\S+)`).exec(text)?.[1];
}

/** A module's name without the collection that Ansible itself fills in. */
function plainName(key: string): string {
  return key.replace(/^(?:ansible\.(?:builtin|legacy|posix))\./, '');
}

/** All texts of a value, lists in lists followed: `vars_files` has alternatives. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.flatMap(texts) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
