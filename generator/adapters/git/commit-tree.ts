import type { CommitFiles, TreeEntry } from '../../model/commit-files.ts';
import { UserError } from '../../model/user-error.ts';
import { listTrees } from './list-trees.ts';
import { parseTree } from './parse-tree.ts';
import { readObjects } from './read-objects.ts';
import type { GitObject } from './read-objects.ts';
import type { GitPlace } from './run-git.ts';

type Tree = ReadonlyMap<string, TreeEntry>;

/** Links that lead to links; the kernel gives up after as many. */
const MAX_LINKS = 40;

const ROOT: Pick<TreeEntry, 'mode' | 'path'> = { mode: '040000', path: '' };

export interface TreeSource {
  revision: string | null;
  /** The tree of the folder that holds project.yaml. */
  root: GitObject;
  /** Further objects that were fetched with it. */
  known: readonly (GitObject | undefined)[];
  mayHoldSubmodules: boolean;
}

/**
 * The files of one tree object. Trees and files are fetched when they are asked for and then kept; `prepare` and
 * `prepareLists` fetch many in one process.
 */
export class CommitTree implements CommitFiles {
  readonly revision: string | null;
  readonly mayHoldSubmodules: boolean;
  private readonly place: GitPlace;
  private readonly rootTree: string;
  private readonly trees = new Map<string, Tree>();
  /** By path, as it was asked for. */
  private readonly entries = new Map<string, TreeEntry | undefined>();
  private readonly targets = new Map<string, TreeEntry | undefined>();
  private readonly lists = new Map<string, readonly TreeEntry[]>();
  private readonly blobs = new Map<string, Uint8Array>();

  constructor(place: GitPlace, source: TreeSource) {
    this.place = place;
    this.revision = source.revision;
    this.rootTree = source.root.oid;
    this.mayHoldSubmodules = source.mayHoldSubmodules;
    for (const object of [source.root, ...source.known]) if (object) this.keep(object);
  }

  entry(path: string): TreeEntry | undefined {
    if (this.entries.has(path)) return this.entries.get(path);
    const steps = splitPath(path);
    let found: TreeEntry | undefined = { ...ROOT, oid: this.rootTree };
    for (const step of steps) {
      if (found?.mode !== '040000') {
        found = undefined;
        break;
      }
      found = this.tree(found.oid).get(step);
    }
    const entry = found && { ...found, path: steps.join('/') };
    this.entries.set(path, entry);
    return entry;
  }

  follow(path: string): string[] {
    const links: string[] = [];
    let pending = splitPath(path);
    let real: string[] = [];
    while (pending.length > 0) {
      const [step, ...rest] = pending;
      pending = rest;
      if (step === '..') {
        if (real.pop() === undefined) return [];
        continue;
      }
      real.push(step!);
      const entry = this.entry(real.join('/'));
      if (!entry || (pending.length > 0 && entry.mode !== '040000' && entry.mode !== '120000')) return [];
      if (entry.mode !== '120000') continue;
      const target = Buffer.from(this.blob(entry.oid)).toString('utf8');
      if (target.startsWith('/') || links.length >= MAX_LINKS) return [];
      links.push(real.join('/'));
      real = real.slice(0, -1);
      pending = [...splitPath(target), ...pending];
    }
    return [...new Set([...links, real.join('/')])];
  }

  kind(path: string): 'file' | 'directory' | 'none' {
    const mode = this.target(path)?.mode;
    return mode === '040000' ? 'directory' : mode === '100644' || mode === '100755' ? 'file' : 'none';
  }

  read(path: string): Uint8Array | undefined {
    const entry = this.target(path);
    return entry?.mode.startsWith('100') ? this.blob(entry.oid) : undefined;
  }

  list(folder: string): readonly TreeEntry[] {
    const entry = this.target(folder);
    if (entry?.mode !== '040000') return [];
    if (!this.lists.has(entry.oid)) this.keepLists([entry.oid]);
    return this.lists.get(entry.oid)!;
  }

  prepare(paths: readonly string[]): void {
    const open = paths.map(splitPath);
    // By ids, a level of folders at a time: git would go through every folder above for each path by itself.
    for (;;) {
      const wanted = new Set(open.flatMap((steps) => this.nextMissing(steps) ?? []));
      if (wanted.size === 0) return;
      this.fetch([...wanted]);
    }
  }

  prepareLists(folders: readonly string[]): void {
    this.prepare(folders);
    this.keepLists(
      folders.flatMap((folder) => {
        const entry = this.target(folder);
        return entry?.mode === '040000' && !this.lists.has(entry.oid) ? [entry.oid] : [];
      }),
    );
  }

  /** What a path names, links followed. */
  private target(path: string): TreeEntry | undefined {
    if (!this.targets.has(path)) {
      const plain = this.entry(path);
      const isFinal = plain !== undefined && plain.mode !== '120000';
      const real = isFinal ? undefined : this.follow(path).at(-1);
      this.targets.set(path, isFinal ? plain : real === undefined ? undefined : this.entry(real));
    }
    return this.targets.get(path);
  }

  /** The first object on the way to a path that is not here yet. */
  private nextMissing(steps: readonly string[]): string | undefined {
    let oid = this.rootTree;
    for (let depth = 0; ; depth++) {
      const tree = this.trees.get(oid);
      if (!tree) return oid;
      const entry = depth < steps.length ? tree.get(steps[depth]!) : undefined;
      if (!entry) return undefined;
      if (entry.mode !== '040000')
        return depth === steps.length - 1 && entry.mode !== '160000' && !this.blobs.has(entry.oid)
          ? entry.oid
          : undefined;
      oid = entry.oid;
    }
  }

  private keepLists(oids: readonly string[]): void {
    for (const [oid, list] of listTrees(this.place, oids)) this.lists.set(oid, list);
  }

  private fetch(names: readonly string[]): void {
    readObjects(this.place, names).forEach((object, index) => this.keep(object ?? missing(names[index]!)));
  }

  private keep({ oid, type, content }: GitObject): void {
    if (type === 'tree') this.trees.set(oid, parseTree(content, this.rootTree.length));
    else if (type === 'blob') this.blobs.set(oid, content);
  }

  private tree(oid: string): Tree {
    if (!this.trees.has(oid)) this.fetch([oid]);
    return this.trees.get(oid)!;
  }

  private blob(oid: string): Uint8Array {
    if (!this.blobs.has(oid)) this.fetch([oid]);
    return this.blobs.get(oid)!;
  }
}

/** An empty folder instead would be another hash, and nobody would know. */
function missing(oid: string): never {
  throw new UserError(
    'GIT_FAILED',
    `the repository lacks the object ${oid}: it is damaged, or a partial clone that cannot reach its origin; run \`git fsck\``,
  );
}

function splitPath(path: string): string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}
