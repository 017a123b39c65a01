/** What an engine answered. */
export interface EngineAnswer {
  status: number;
  /** Parsed JSON; undefined where the answer has no body. */
  body: unknown;
}

/**
 * The API of one Docker engine (docs.docker.com/reference/api/engine, version 1.41: engine 20.10 and later).
 * @throws UserError ENGINE_UNREACHABLE, and ENGINE_REFUSED with the engine's own words for every status of 400 and above
 * that a call does not name as expected
 */
export interface Engine {
  /** A value of DOCKER_HOST by which the `docker` client reaches the same engine; a socket of this machine. */
  readonly host: string;
  /** @param path with its query, such as `/services?status=true` @returns undefined where it is not there (404) */
  get: (path: string) => Promise<unknown>;
  /** @param expected further statuses that are answers, e.g. 409 where a name is taken */
  post: (path: string, body?: unknown, expected?: readonly number[]) => Promise<EngineAnswer>;
  /** @returns false where it was gone already (404) */
  remove: (path: string) => Promise<boolean>;
  /** The last lines of `/services/…/logs` or `/tasks/…/logs`, oldest first, both streams. */
  readLog: (path: string, lines: number) => Promise<string[]>;
}

/** The Swarms that stacks run on, each through one of its managers. */
export interface Swarms {
  /**
   * @param infrastructure name; undefined: the engine at hand (DOCKER_HOST)
   * @returns undefined where the infrastructure is not there
   * @throws UserError SWARM_UNREACHABLE where it is there and no manager answers; NO_SWARM where the engine at hand is
   * no manager
   */
  find: (infrastructure: string | undefined) => Promise<Engine | undefined>;
  /** Closes every connection. */
  close: () => Promise<void>;
}
