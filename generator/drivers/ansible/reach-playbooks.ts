import type { CommitFiles } from '../../model/commit-files.ts';
import { parseAnsible } from './parse-ansible.ts';
import { readConfiguration } from './read-configuration.ts';
import { readMeta, readPlaybook, readTasks } from './read-references.ts';
import type { Reference } from './read-references.ts';
import { ROOT, candidates, fillIn, inFolder, isTemplate } from './look-up.ts';
import type { Place } from './look-up.ts';
import { folderOf, normalisePath } from './repository-path.ts';

/**
 * What Ansible looks for beside a playbook by itself, or by names that are known only when it runs. Of `files` and
 * `templates` all is taken: roles find there what they do not hold themselves.
 */
const BESIDE = [
  ...['group_vars', 'host_vars', 'files', 'templates', 'library', 'module_utils', 'collections'],
  ...['action', 'become', 'cache', 'callback', 'connection', 'doc_fragment', 'filter', 'inventory', 'lookup']
    .concat('strategy', 'terminal', 'test', 'vars')
    .map((name) => `${name}_plugins`),
  ...['ansible.cfg', 'requirements.yml', 'requirements.yaml', 'requirements.txt', 'roles/requirements.yml'],
];

export interface ReachOptions {
  /** Playbooks, from the repository's root. */
  playbooks: readonly string[];
  /** Further folders in which roles lie. */
  rolePaths?: readonly string[];
}

/**
 * Everything that playbooks reach in the repository, transitively: files, and whole folders of what is reached as a
 * whole, such as a role. Where a role's name or a path is known only when it runs (`{{ … }}`), the whole folder of the
 * playbook is reached. A role or a file that is not in the repository adds nothing.
 *
 * @returns paths from the repository's root
 */
export function reachPlaybooks(files: CommitFiles, { playbooks, rolePaths = [] }: ReachOptions): Set<string> {
  const walk = new PlaybookWalk(files, rolePaths);
  for (const path of playbooks) walk.enterPlaybook(path);
  return walk.reached;
}

class PlaybookWalk {
  readonly reached = new Set<string>();
  private readonly files: CommitFiles;
  private readonly rolePaths: readonly string[];
  /** Files and roles that were looked into, by playbook folder: from another one the same text names other files. */
  private readonly entered = new Set<string>();

  constructor(files: CommitFiles, rolePaths: readonly string[]) {
    this.files = files;
    this.rolePaths = rolePaths;
  }

  enterPlaybook(path: string): void {
    if (!this.enter(`playbook ${path}`) || this.files.kind(path) !== 'file') return;
    const playbooks = folderOf(path);
    this.reached.add(path);
    this.files.prepare?.(['ansible.cfg', ...BESIDE.flatMap((name) => inFolder(playbooks, name))]);
    for (const name of BESIDE) this.addIfThere(`${playbooks}/${name}`);
    this.addIfThere('ansible.cfg');
    for (const folder of this.configurations(playbooks).flatMap((found) => found.paths))
      this.addIfThere(folder);
    const place = { file: path, playbooks };
    this.follow(this.parse(path, place, readPlaybook), place);
  }

  private enterTasks(place: Place): void {
    if (!this.enter(`${place.playbooks} ${place.role ?? ''} ${place.file}`)) return;
    this.reached.add(place.file);
    this.follow(this.parse(place.file, place, readTasks), place);
  }

  /** A role is one thing: whatever lies in its folder may be looked for when it runs. */
  private enterRole(folder: string, playbooks: string): void {
    this.reached.add(folder);
    if (!this.enter(`${playbooks} role ${folder}`)) return;
    const paths = this.files.list(folder).map(({ path }) => path);
    const read = paths.filter((path) => /^(?:tasks|handlers|meta)\/.*\.ya?ml$/.test(path));
    this.files.prepare?.(read.map((path) => `${folder}/${path}`));
    for (const path of read) {
      const place = { file: `${folder}/${path}`, playbooks, role: folder };
      this.follow(this.parse(place.file, place, path.startsWith('meta/') ? readMeta : readTasks), place);
    }
  }

  private follow(references: readonly Reference[], place: Place): void {
    this.files.prepare?.(references.flatMap((reference) => this.guess(reference, place)));
    for (const { kind, text } of references) {
      if (kind === 'role') this.followRole(text, place);
      else this.followPath(kind, text, place);
    }
  }

  /** Where a reference may lead, to be fetched at once. */
  private guess({ kind, text }: Reference, place: Place): string[] {
    const filled = fillIn(text, place);
    if (isTemplate(filled) || !/^[\w./ -]+$/.test(filled.replace(ROOT, ''))) return [];
    // Of what is not looked into, and may be large, only the folder.
    if (kind === 'tasks' || kind === 'playbook') return candidates(filled, place);
    if (kind !== 'role') return candidates(filled, place).map(folderOf);
    return this.roleFolders(place).flatMap((folder) => inFolder(folder, `${filled}/tasks`));
  }

  private followRole(text: string, place: Place): void {
    const name = fillIn(text, place);
    if (isTemplate(name)) return this.widen(place);
    const found = this.roleFolders(place)
      .flatMap((folder) => inFolder(folder, name))
      .find((folder) => folder !== '' && this.files.kind(folder) === 'directory');
    if (found !== undefined) this.enterRole(found, place.playbooks);
  }

  private followPath(kind: Exclude<Reference['kind'], 'role'>, text: string, place: Place): void {
    const filled = fillIn(text, place);
    const open = kind === 'glob' ? filled.search(/[*?[]|\{[{%]/) : filled.search(/\{[{%]/);
    if (open >= 0) {
      if (kind === 'path') return;
      // The part that is known leads to a folder; what is in it may be meant.
      const known = folderOf(filled.slice(0, open));
      if (known !== '') for (const path of candidates(known, place)) this.addIfThere(path);
      if (isTemplate(filled) && (place.role === undefined || known.includes('..') || filled.startsWith(ROOT)))
        this.widen(place);
      return;
    }
    for (const path of candidates(filled, place)) {
      const found = path === '' ? 'none' : this.files.kind(path);
      if (found === 'none' || (found === 'directory' && kind === 'path')) continue;
      if (kind === 'playbook') this.enterPlaybook(path);
      else if (kind === 'tasks') this.enterTasks({ ...place, file: path });
      else this.reached.add(path);
    }
  }

  /** As Ansible looks for them; a role of the same playbook may also name its neighbours. */
  private roleFolders({ playbooks, role }: Place): string[] {
    return [
      `${playbooks}/roles`,
      ...this.configurations(playbooks).flatMap((found) => found.rolePaths),
      ...this.rolePaths,
      ...(role === undefined ? [] : [folderOf(role)]),
      playbooks,
    ];
  }

  private configurations(playbooks: string) {
    const folders = new Set([playbooks, '']);
    return [...folders].map((folder) =>
      readConfiguration(this.files, folder === '' ? 'ansible.cfg' : `${folder}/ansible.cfg`),
    );
  }

  /** Nobody can say what a template will name: all that lies with the playbook, and all roles. */
  private widen(place: Place): void {
    this.addIfThere(place.playbooks);
    for (const folder of this.roleFolders({ ...place, role: undefined })) this.addIfThere(folder);
  }

  /** What cannot be read may name anything. */
  private parse(path: string, place: Place, read: (value: unknown) => Reference[]): Reference[] {
    const value = parseAnsible(this.files.read(path) ?? new Uint8Array());
    if (value === undefined) this.widen(place);
    return read(value);
  }

  private addIfThere(path: string): void {
    const plain = normalisePath(path.replace(/^\//, ''));
    if (plain !== undefined && this.files.kind(plain) !== 'none') this.reached.add(plain);
  }

  private enter(key: string): boolean {
    return this.entered.size !== this.entered.add(key).size;
  }
}
