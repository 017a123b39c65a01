/** A machine of an infrastructure that may be reached by SSH. */
export interface ClusterNode {
  /** Id of the instance, or the inventory's name of the host. */
  id: string;
  /** Host name or IP address for SSH, from where this runs. */
  address: string;
  port: number;
  user: string;
}

/** Where the machines of infrastructures are; nobody logs in here. */
export interface ClusterNodes {
  /**
   * Those that run, likely managers first.
   * @param infrastructure its name
   * @param anew whether they are looked for again, though they were found before: a deploy may have replaced them
   * @returns undefined where the infrastructure is not there; an empty list where it is and none of its machines runs
   */
  find: (infrastructure: string, anew?: boolean) => Promise<ClusterNode[] | undefined>;
  /** Whether a deploy of it was begun and not ended. */
  isPending: (infrastructure: string) => Promise<boolean>;
}
