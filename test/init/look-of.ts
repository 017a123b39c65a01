import { sortOfFile } from '../../generator/init/repository-look.ts';
import type { RepositoryLook } from '../../generator/init/repository-look.ts';

/** A repository out of texts, as `lookAtRepository` would have seen it. */
export function lookOf(
  files: Readonly<Record<string, string>>,
  about: Partial<RepositoryLook> = {},
): RepositoryLook {
  const paths = Object.keys(files).sort();
  const texts = new Map(
    paths.filter((path) => sortOfFile(path) !== undefined).map((path) => [path, files[path]!]),
  );
  return { folder: 'shop', paths, texts, notes: [], ...about };
}
