import type { CommitFiles, TreeEntry } from '../model/commit-files.ts';

/** The git repository that project.yaml lies in. Works on bare and shallow clones and in worktrees. */
export interface GitRepository {
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
