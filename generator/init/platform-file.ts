import { sortOfFile } from './repository-look.ts';
import type { RepositoryLook } from './repository-look.ts';

/** A file of the package that `init --platform` copies; the path is relative to either root. */
export interface PlatformFile {
  path: string;
  content: Uint8Array;
  executable: boolean;
}

/**
 * Names images of `millrace/NAME` after the project, only where an image is named: `image:` of a stack, FROM and
 * --from= of a Dockerfile.
 * @param content UTF-8
 */
export function renameImages(path: string, content: Uint8Array, project: string): Uint8Array {
  const sort = sortOfFile(path);
  if (sort !== 'compose' && sort !== 'dockerfile') return content;
  const text = new TextDecoder().decode(content);
  const renamed = text.replace(
    sort === 'compose'
      ? /^(\s*(?:-\s+)?image:\s*["']?)millrace\//gm
      : /^(\s*FROM\s+(?:--\S+\s+)*|(?:COPY|ADD)\s.*--from=)millrace\//gim,
    (_, before: string) => `${before}${project}/`,
  );
  return renamed === text ? content : new TextEncoder().encode(renamed);
}

/** The look as it will be once the files are copied; what is there stays as it is. */
export function addToLook(look: RepositoryLook, files: readonly PlatformFile[]): RepositoryLook {
  const there = new Set(look.paths);
  const added = files.filter((file) => !there.has(file.path));
  const texts = new Map(look.texts);
  for (const { path, content } of added)
    if (sortOfFile(path) !== undefined) texts.set(path, new TextDecoder().decode(content));
  return { ...look, paths: [...look.paths, ...added.map((file) => file.path)].sort(), texts };
}
