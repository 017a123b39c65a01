import { createHash } from 'node:crypto';
import type { CommitFiles, GitMode, TreeEntry } from '../../generator/model/commit-files.ts';

/** A file's text, or more of it: `{ link: target }`, `{ executable: text }`, `{ submodule: commit }`. */
export type FakeFile = string | { link: string } | { executable: string } | { submodule: string };

/**
 * Files of a commit that never was. Ids follow from content, as git's do, but are not git's. Links are followed where
 * they stand at the end of a path, which is all that tests of pure code need.
 */
export function commitFilesOf(record: Readonly<Record<string, FakeFile>>): CommitFiles {
  const entries = Object.entries(record)
    .map(([path, file]) => toEntry(path, file))
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const below = (folder: string): TreeEntry[] => {
    const prefix = folder === '' ? '' : `${folder}/`;
    return entries
      .filter(({ path }) => path.startsWith(prefix))
      .map((found) => ({ ...found, path: found.path.slice(prefix.length) }));
  };
  const entry = (path: string): TreeEntry | undefined => {
    const file = entries.find((found) => found.path === path);
    if (file) return file;
    const list = below(path);
    return list.length > 0 ? { mode: '040000', oid: idOf(JSON.stringify(list)), path } : undefined;
  };
  const follow = (path: string): string[] => {
    const found = record[path];
    if (typeof found === 'object' && 'link' in found) {
      const target = resolve(path, found.link);
      const rest = target === undefined ? [] : follow(target);
      return rest.length === 0 ? [] : [path, ...rest];
    }
    return entry(path) ? [path] : [];
  };
  return {
    revision: 'f'.repeat(40),
    entry: (path) => entry(plain(path)),
    list: (folder) => below(follow(plain(folder)).at(-1) ?? plain(folder)),
    follow: (path) => follow(plain(path)),
    kind(path) {
      const target = follow(plain(path)).at(-1);
      const mode = target === undefined ? undefined : entry(target)?.mode;
      return mode === '040000' ? 'directory' : mode?.startsWith('100') ? 'file' : 'none';
    },
    read(path) {
      const target = follow(plain(path)).at(-1);
      const file = target === undefined ? undefined : record[target];
      if (typeof file === 'string') return new TextEncoder().encode(file);
      return typeof file === 'object' && 'executable' in file
        ? new TextEncoder().encode(file.executable)
        : undefined;
    },
  };
}

function toEntry(path: string, file: FakeFile): TreeEntry {
  if (typeof file === 'string') return { mode: '100644', oid: idOf(file), path };
  const [[kind, text]] = Object.entries(file) as [[string, string]];
  const modes: Readonly<Record<string, GitMode>> = {
    link: '120000',
    executable: '100755',
    submodule: '160000',
  };
  return { mode: modes[kind]!, oid: idOf(text), path };
}

function idOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function plain(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}

function resolve(link: string, target: string): string | undefined {
  const steps = link.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '..' && steps.pop() === undefined) return undefined;
    if (step !== '..' && step !== '.' && step !== '') steps.push(step);
  }
  return steps.join('/');
}
