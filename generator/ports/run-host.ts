/** What tells this run from every other, on this machine and elsewhere. */
export interface RunIdentity {
  /** Random, one for each process. */
  run: string;
  /** Which boot of which machine; random where the system does not say, so that it equals nobody else's. */
  boot: string;
  /** The process, in a form that is not used twice on one boot. */
  pid: string;
  /** The machine, across its boots; absent where it cannot be told from its copies. */
  host?: string;
}

/** The machine that this process runs on, as the leases of runs need it. */
export interface RunHost {
  identity: () => RunIdentity;
  /**
   * Whether a process of this boot is alive.
   * @param pid of a RunIdentity
   * @returns undefined where it cannot be seen from here (another container)
   */
  isAlive: (pid: string) => boolean | undefined;
  /** The environment by which a program is known as started for this run. */
  mark: () => Record<string, string>;
  /** Ends programs that outlived the run that started them. @returns how many */
  endOrphans: () => Promise<number>;
}
