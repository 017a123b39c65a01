export interface JenkinsRequest {
  method: 'GET' | 'POST';
  /** Begins with a slash. */
  path: string;
  /** A form's fields, encoded; of a POST. */
  form?: string;
}

export interface JenkinsResponse {
  status: number;
  /** By names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** How requests reach a Jenkins: logged in, a POST with a crumb, redirects not followed. */
export interface JenkinsTransport {
  /** For a person: `the controller on node a`. */
  readonly name: string;
  /** @throws TransportFailure, UserError */
  send: (request: JenkinsRequest) => Promise<JenkinsResponse>;
}

/** For one request, its answer included. */
export const REQUEST_SECONDS = 60;
/** For a connection to be made. */
export const CONNECT_SECONDS = 10;

/** No answer came. */
export class TransportFailure extends Error {
  /** Whether Jenkins may have read the request. */
  readonly mayBeRead: boolean;

  /** @param message what was found, in a few words: `connection refused` */
  constructor(message: string, mayBeRead: boolean) {
    super(message);
    this.mayBeRead = mayBeRead;
  }
}
