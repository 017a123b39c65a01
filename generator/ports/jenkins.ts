/** What Jenkins answered to what changes something. */
export interface JenkinsAnswer {
  /** Below 400, or 404 where there is no such thing. */
  status: number;
  /** Path of what was made, such as `/queue/item/7/`; absent where Jenkins names none. */
  location?: string;
}

/** A piece of a build's console. */
export interface ConsolePart {
  text: string;
  /** Where the next piece begins; the length of all that there is, where `isOver`. */
  next: number;
  /** Whether the build has ended and no more will come. */
  isOver: boolean;
}

/**
 * One Jenkins' remote API (www.jenkins.io/doc/book/using/remote-access-api), as the user `millrace`. Paths begin with a slash
 * and are Jenkins' own, without what its address has before them. What is safe to repeat is repeated for a while: a controller
 * that has just been started answers nobody yet.
 * @throws UserError JENKINS_UNREACHABLE, JENKINS_DENIED, JENKINS_REFUSED
 */
export interface JenkinsServer {
  /** @param path such as `/job/shop/api/json?tree=name` @returns parsed JSON; undefined where it is not there (404) */
  get: (path: string) => Promise<unknown>;
  /**
   * Sent with a crumb, and never twice unless Jenkins surely has not read it.
   * @param form no secrets: on the way it may be seen in a list of processes
   */
  post: (path: string, form?: Readonly<Record<string, string>>) => Promise<JenkinsAnswer>;
  /**
   * @param build path of a build, such as `/job/shop/job/deliver/job/seed/7`
   * @param start where the piece begins, in bytes
   * @returns undefined where there is no such build
   */
  readConsole: (build: string, start: number) => Promise<ConsolePart | undefined>;
}

export interface Jenkinses {
  /**
   * @returns undefined where no controller is there: the project has none, or its host is not there
   * @throws UserError JENKINS_UNREACHABLE where it is there and no task of it can be reached; what reaching its host throws
   */
  find: () => Promise<JenkinsServer | undefined>;
}
