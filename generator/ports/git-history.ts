/** What a clone has of a repository's history. */
export interface GitHistory {
  /**
   * The last commits of a revision: the last `count` of all, and the last `count` that stood at its tip (first parents).
   * @returns ids, each once, the newest first; undefined where there is no such revision
   * @throws UserError GIT_FAILED where the history cannot be read, SHALLOW_HISTORY where it was cut off before
   */
  listLast: (revision: string, count: number) => Promise<string[] | undefined>;
}
