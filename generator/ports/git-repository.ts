import type { CommitFiles, TreeEntry } from '../model/commit-files.ts';

/** A commit that was looked up; of its files nothing is read yet. */
export interface FoundCommit {
  /** The commit's full id. */
  oid: string;
  /** Where in the repository the folder of project.yaml lies: `''`, or a path that ends in a slash. */
  prefix: string;
  /**
   * The id of its root tree, and the absolute path of the git directory, which all worktrees share; undefined where
   * they could not be told for sure.
   */
  place?: { tree: string; gitFolder: string };
  /** @throws UserError NO_REVISION where the commit does not have the folder */
  read: () => CommitFiles;
}

/** The git repository that project.yaml lies in. Works on bare and shallow clones and in worktrees. */
export interface GitRepository {
  /** Looks a revision up (default `HEAD`). @throws UserError NO_REVISION, NO_REPOSITORY */
  findCommit: (revision?: string) => Promise<FoundCommit>;
  /** The files of a revision (default `HEAD`). @throws UserError NO_REVISION, NO_REPOSITORY */
  readCommit: (revision?: string) => Promise<CommitFiles>;
  /** What differs from HEAD, untracked files that are not ignored included; paths relative to the root, sorted. */
  listDirty: () => Promise<string[]>;
  /** The work tree as `git add -A && git commit` would have it; the user's index is not touched. */
  readWorkTree: () => Promise<CommitFiles>;
  /**
   * Writes raw blobs into a new folder: modes normalised to 0644 and 0755, links as links, times constant; LFS
   * pointers become the content that they name, verified.
   * @param entries paths relative to the folder
   */
  exportFiles: (entries: readonly TreeEntry[], folder: string) => Promise<void>;
  /** True where `ancestor` is one of `revision`'s ancestors; undefined where the history at hand does not say. */
  isAncestor: (ancestor: string, revision: string) => Promise<boolean | undefined>;
}
