import type { RepositoryFiles } from './repository-files.ts';

/** Modes as git normalises them: file, executable file, link, submodule, directory. */
export type GitMode = '100644' | '100755' | '120000' | '160000' | '040000';

/** One entry of a git tree. */
export interface TreeEntry {
  mode: GitMode;
  /** Id of the blob, tree or commit; SHA-1 or SHA-256, as the repository has it. */
  oid: string;
  /** Relative to the folder that was listed, with forward slashes. */
  path: string;
}

/**
 * The files of one commit (or of a work tree as it would be committed), as git has stored them: raw blobs, never
 * what a checkout's filters make of them.
 */
export interface CommitFiles extends RepositoryFiles {
  /** The commit's id; null where the tree is no commit's (a dirty work tree). */
  readonly revision: string | null;
  /** The entry itself, a link not followed. @returns undefined where there is none */
  entry: (path: string) => TreeEntry | undefined;
  /** Everything below a folder but the folders themselves, sorted by the bytes of their paths; `''` is the root. */
  list: (folder: string) => readonly TreeEntry[];
  /**
   * The paths of every link on the way to what the path names, and of that itself, last; empty where it leads
   * nowhere. Where it is absent, there are no links.
   */
  follow?: (path: string) => readonly string[];
  /** Says of which folders all files will be asked for next, as `prepare` does of single paths. */
  prepareLists?: (folders: readonly string[]) => void;
  /** False where there is no submodule anywhere, so that nobody has to list a folder's files to find one. */
  readonly mayHoldSubmodules?: boolean;
}
