/** What broke a request before its answer was whole. */
export interface NetworkFailure {
  /** Another try may go well. */
  passing: boolean;
  /** Nothing listens there. */
  refused: boolean;
  /** The server's answer is not HTTP. */
  garbage: boolean;
  /** In a few words, e.g. `connection reset (ECONNRESET)`. */
  found: string;
  todo: string;
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection broken',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to the network',
  UND_ERR_SOCKET: 'connection broken',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no whole answer in time',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut off',
};

const CERTIFICATE = /^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH)/;
const NO_TLS = /^(ERR_SSL_|EPROTO$)/;
const NO_HTTP = /^(HPE_|UND_ERR_HEADERS_OVERFLOW$)/;

/** What errors of the system, of undici and of the DOM have in common. */
interface ErrorLike {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/**
 * Sorts what `fetch` rejects with; the cause is undici's or the system's.
 * @param attemptTime milliseconds that the try had
 * @returns undefined for what is no failure of the network: a bug of ours
 */
export function judgeNetworkFailure(thrown: unknown, attemptTime: number): NetworkFailure | undefined {
  const failure = {
    passing: true,
    refused: false,
    garbage: false,
    todo: 'look at the network, and try again',
  };
  const error = asError(thrown);
  if (error?.name === 'TimeoutError') {
    return { ...failure, found: `no whole answer within ${attemptTime / 1_000} s` };
  }
  const code = codeOf(error);
  if (code === undefined) {
    const isFetch = error?.name === 'TypeError' && /^(fetch failed|terminated)/.test(String(error.message));
    const cause = asError(error?.cause)?.message ?? error?.message;
    return isFetch ? { ...failure, found: `no connection (${String(cause)})` } : undefined;
  }
  return { ...failure, ...judgeCode(code) };
}

function judgeCode(code: string): Pick<NetworkFailure, 'found'> & Partial<NetworkFailure> {
  const found = `${WORDS[code] ?? 'no connection'} (${code})`;
  if (code === 'ECONNREFUSED') return { found, refused: true, todo: 'is the registry running there?' };
  if (code === 'ENOTFOUND')
    return { found, passing: false, todo: 'correct its name, or look at the network' };
  if (CERTIFICATE.test(code)) {
    const todo = 'name the authority that signed it in NODE_EXTRA_CA_CERTS';
    return { found: `its certificate is not trusted (${code})`, passing: false, todo };
  }
  if (NO_TLS.test(code)) {
    const todo = 'plain HTTP is spoken on the loopback only';
    return { found: `does not speak TLS as expected (${code})`, passing: false, todo };
  }
  if (NO_HTTP.test(code)) {
    const todo = 'is it a registry?';
    return { found: `the answer is not HTTP (${code})`, passing: false, garbage: true, todo };
  }
  return { found };
}

/** Not by its class: an error of the system may be of another realm. */
function asError(thrown: unknown): ErrorLike | undefined {
  return typeof thrown === 'object' && thrown !== null ? thrown : undefined;
}

/** Of the first cause that has one; several addresses of one host fail with a list. */
function codeOf(error: ErrorLike | undefined): string | undefined {
  for (let at = error; at; at = asError(at.cause)) {
    if (typeof at.code === 'string') return at.code;
    if (Array.isArray(at.errors) && at.errors.length > 0) return codeOf(asError(at.errors[0]));
  }
  return undefined;
}
