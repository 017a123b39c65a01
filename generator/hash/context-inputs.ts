import type { CommitFiles, TreeEntry } from '../model/commit-files.ts';
import type { HashInput } from '../model/component-hash.ts';
import type { Image } from '../model/project/components.ts';
import { UserError } from '../model/user-error.ts';
import { BadPattern } from './ignore/bad-pattern.ts';
import { filterPaths } from './ignore/filter-paths.ts';
import { IgnoreMatcher } from './ignore/ignore-matcher.ts';
import { IgnoreLineTooLong, readIgnoreFile } from './ignore/read-ignore-file.ts';
import { entryInput, joinPath, plainPath, refuseSubmodules, submoduleError } from './path-inputs.ts';

/** Where an image's files are; both from the repository's root. */
export interface BuildContext {
  /** `''` is the root. */
  folder: string;
  /** An ignore file may lie beside it. */
  dockerfile: string;
}

type Contextual = Pick<Image, 'context' | 'dockerfile'>;

export function contextOf({ context, dockerfile = 'Dockerfile' }: Contextual): BuildContext {
  const folder = plainPath(context);
  return { folder, dockerfile: joinPath(folder, plainPath(dockerfile)) };
}

/**
 * What Docker would send of a context, as inputs: one tree where no ignore file picks from it, else each file that is
 * left of it.
 *
 * @throws UserError SUBMODULE, BAD_IGNORE_FILE
 */
export function contextInputs(files: CommitFiles, image: Contextual): HashInput[] {
  const { folder } = contextOf(image);
  if (findIgnoreFile(files, image) === undefined) {
    const entry = files.entry(folder);
    if (entry?.mode === '040000') {
      refuseSubmodules(files, folder);
      return [entryInput(entry, folder)];
    }
  }
  return contextEntries(files, image).map((entry) => entryInput(entry, joinPath(folder, entry.path)));
}

/**
 * The files that Docker would send of a context, by its own rules, sorted by the bytes of their paths, which are
 * relative to the context. These very files are hashed, and these are exported to build from. The Dockerfile is among
 * them only where no pattern takes it out; it is an input of its own.
 *
 * @throws UserError SUBMODULE, BAD_IGNORE_FILE
 */
export function contextEntries(files: CommitFiles, image: Contextual): TreeEntry[] {
  const { folder } = contextOf(image);
  const entries = filterEntries(files, image, files.list(folder));
  const submodule = entries.find(({ mode }) => mode === '160000');
  if (submodule) throw submoduleError(joinPath(folder, submodule.path));
  return entries;
}

/** `X.dockerignore` beside the Dockerfile X, else the context's own (BuildKit, frontend/dockerui). */
export function findIgnoreFile(files: CommitFiles, image: Contextual): string | undefined {
  const { folder, dockerfile } = contextOf(image);
  return [`${dockerfile}.dockerignore`, joinPath(folder, '.dockerignore')].find(
    (path) => files.kind(path) === 'file',
  );
}

function filterEntries(files: CommitFiles, image: Contextual, all: readonly TreeEntry[]): TreeEntry[] {
  const path = findIgnoreFile(files, image);
  if (path === undefined) return [...all];
  try {
    const matcher = new IgnoreMatcher(readIgnoreFile(files.read(path) ?? ''));
    const left = new Set(
      filterPaths(
        matcher,
        all.map((entry) => entry.path),
      ),
    );
    return all.filter((entry) => left.has(entry.path));
  } catch (error) {
    if (!(error instanceof BadPattern || error instanceof IgnoreLineTooLong)) throw error;
    const line = error instanceof IgnoreLineTooLong ? error.line : 1;
    const problem = { file: path, line, column: 1, path: '', message: error.message, hint: '' };
    throw new UserError('BAD_IGNORE_FILE', `${path}: ${error.message}`, [problem]);
  }
}
