import { execFile } from 'node:child_process';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { cleanRemote } from '../init/clean-remote.ts';
import { sortOfFile } from '../init/repository-look.ts';
import type { RepositoryLook } from '../init/repository-look.ts';

/** More than these, and a repository is no longer something that a first draft could be made from. */
export interface LookLimits {
  paths: number;
  texts: number;
  /** Bytes of one file. */
  size: number;
}

const LIMITS: LookLimits = { paths: 300_000, texts: 3_000, size: 256 * 1024 };

/**
 * Looks at a folder: the files that git tracks or would track, or without git what a bounded walk finds.
 * Reads nothing through a symbolic link, and runs nothing of the repository.
 * @param root absolute path
 */
export async function lookAtRepository(root: string, limits: LookLimits = LIMITS): Promise<RepositoryLook> {
  const listed = (await listByGit(root)) ?? (await walk(root, limits.paths));
  // What is not UTF-8 arrives with replacement characters and could not be written down.
  const all = [...new Set(listed)].filter((path) => !path.endsWith('/') && !path.includes('\ufffd')).sort();
  const paths = all.slice(0, limits.paths);
  const wanted = paths.filter((path) => sortOfFile(path) !== undefined);
  const { texts, notes } = await readTexts(root, wanted, limits);
  if (all.length >= limits.paths) notes.push(`only the first ${limits.paths} files were looked at`);
  const address = await git(root, 'remote', 'get-url', 'origin');
  const remote = cleanRemote(address ?? '');
  const branch = await trustedBranch(root);
  return {
    folder: basename(root),
    ...(remote === undefined ? {} : { remote }),
    ...(branch === undefined ? {} : { branch }),
    paths,
    texts,
    notes,
  };
}

async function readTexts(root: string, wanted: readonly string[], limits: LookLimits) {
  const texts = new Map<string, string>();
  const notes: string[] = [];
  for (const path of wanted.slice(0, limits.texts)) {
    const found = await lstat(join(root, path)).catch(() => undefined);
    if (!found?.isFile()) continue;
    if (found.size > limits.size) {
      notes.push(`${path}: larger than ${limits.size / 1024} KiB, not read`);
      continue;
    }
    const bytes = await readFile(join(root, path)).catch(() => undefined);
    if (bytes && !bytes.includes(0)) texts.set(path, bytes.toString('utf8'));
  }
  if (wanted.length > limits.texts)
    notes.push(`only the first ${limits.texts} Dockerfiles, stacks and templates were read`);
  return { texts, notes };
}

async function listByGit(root: string): Promise<string[] | undefined> {
  const listing = await git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  return listing?.split('\0').filter((path) => path !== '');
}

/** Breadth first, so that a limit cuts off what lies deepest. */
async function walk(root: string, limit: number): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined && found.length < limit; folder = folders.shift()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
        folders.push(path);
    }
  }
  return found;
}

/** What the remote calls its head; else main or master; else where one stands. */
async function trustedBranch(root: string): Promise<string | undefined> {
  const remoteHead = await git(root, 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
  if (remoteHead) return remoteHead.trim().replace(/^origin\//, '');
  const usual = ['main', 'master'];
  const references = usual.flatMap((name) => [`refs/heads/${name}`, `refs/remotes/origin/${name}`]);
  const existing = (await git(root, 'for-each-ref', '--format=%(refname)', ...references)) ?? '';
  for (const name of usual) if (existing.split('\n').some((line) => line.endsWith(`/${name}`))) return name;
  return (await git(root, 'symbolic-ref', '--quiet', '--short', 'HEAD'))?.trim() || undefined;
}

/** @returns undefined where git is missing, this is no repository, or git refuses */
async function git(root: string, ...words: string[]): Promise<string | undefined> {
  // A repository's own configuration may name a program to start as file system monitor.
  const settings = ['-c', 'core.fsmonitor=false'];
  try {
    const { stdout } = await promisify(execFile)('git', [...settings, ...words], {
      cwd: root,
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch {
    return undefined;
  }
}
