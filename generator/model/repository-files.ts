/**
 * The files of one repository, as values: a work tree, a commit, or a test's record. Paths are relative to
 * its root, with forward slashes.
 */
export interface RepositoryFiles {
  /** @returns undefined where there is no such file (a directory is none). */
  read: (path: string) => Uint8Array | undefined;
  /** @returns 'none' also for what lies outside the repository. */
  kind: (path: string) => 'file' | 'directory' | 'none';
  /** Says which paths will be asked for next, so that a slow place can fetch them at once; changes no answer. */
  prepare?: (paths: readonly string[]) => void;
}
