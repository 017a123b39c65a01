/** What is not to be touched on a node, and how far it is cleaned. Plain data: it may be handed to a job on the node. */
export interface NodeKeep {
  project: string;
  /** When it was decided; milliseconds since 1970. */
  now: number;
  /** Of the project's stacks, as Docker names them. */
  namespaces: readonly string[];
  /** What references of the project's images begin with: `127.0.0.1:5000/shop/`. */
  repositories: readonly string[];
  /** Of images that run, that a service would go back to, or that the last commits deploy. */
  digests: readonly string[];
  /** Ids of networks that services use. */
  networks: readonly string[];
  /** How old what goes is at least. */
  milliseconds: number;
  /** How much of the build cache stays. */
  cacheBytes: number;
  /** Images go where less of the disk than the first is free, until the second is. */
  free: { below: number; until: number };
}

export const NODE_LIMITS: Pick<NodeKeep, 'milliseconds' | 'cacheBytes' | 'free'> = {
  milliseconds: 24 * 3_600_000,
  cacheBytes: 5 * 2 ** 30,
  free: { below: 0.2, until: 0.3 },
};

/** What was, or would be, taken away on one node. */
export interface NodeReport {
  node: string;
  containers: string[];
  networks: string[];
  images: string[];
  /** As far as the engine says. */
  bytes: number;
  /** Why something was left alone. */
  notes: string[];
  /** What could not be done. */
  failures: string[];
}

export function emptyNodeReport(node: string, failures: string[] = []): NodeReport {
  return { node, containers: [], networks: [], images: [], bytes: 0, notes: [], failures };
}
