import { badAnswer } from './registry-failure.ts';

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array | string;
  /** The most that an answer may hold; more is an error. */
  maxBytes: number;
  /** Further answers to this request that another try may better. */
  isPassing?: (answer: HttpAnswer) => boolean;
}

export interface HttpAnswer {
  status: number;
  headers: HeaderValues;
  body: Uint8Array;
  /** Where it came from in the end. */
  url: URL;
}

/** A header by its name, in any case; null where the answer has none. */
export interface HeaderValues {
  get: (name: string) => string | null;
}

/** An answer of one exchange, with its whole body. */
export type HttpResponse = Omit<HttpAnswer, 'url'>;

/**
 * One exchange, without following anything.
 * @param options `milliseconds` that it may take, its body included; `maxBytes` that the body may hold
 * @throws UserError REGISTRY_ANSWER where the body is larger; an error named TimeoutError; errors of the system
 */
export type Fetch = (
  url: URL,
  options: {
    method: string;
    headers: Readonly<Record<string, string>>;
    milliseconds: number;
    maxBytes: number;
    body?: Uint8Array | string;
  },
) => Promise<HttpResponse>;

const MAX_REDIRECTS = 5;

/**
 * One try. Redirects of reads are followed, without the credentials where they lead to another place.
 * @param milliseconds for all of it
 * @throws UserError REGISTRY_ANSWER; whatever `fetch` rejects with
 */
export async function sendOnce(
  fetch: Fetch,
  request: HttpRequest,
  milliseconds: number,
): Promise<HttpAnswer> {
  const { method, maxBytes } = request;
  const start = performance.now();
  let { url } = request;
  // Compressed on the way, a body's length and digest would be another one's.
  let headers: Readonly<Record<string, string>> = { ...request.headers, 'Accept-Encoding': 'identity' };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, {
      method,
      headers,
      milliseconds: Math.max(1, milliseconds - (performance.now() - start)),
      maxBytes,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    if (![301, 302, 303, 307, 308].includes(response.status)) {
      return { ...response, url };
    }
    const next = nextPlace(response, request, url);
    if (next.origin !== url.origin) {
      const { Authorization: _credentials, ...others } = headers;
      headers = others;
    }
    url = next;
  }
  throw badAnswer(request.url.host, `more than ${MAX_REDIRECTS} redirects`, 'is it a registry?');
}

function nextPlace(response: HttpResponse, { method }: HttpRequest, from: URL): URL {
  const location = response.headers.get('location') ?? '';
  const to = location !== '' && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (!to || (method !== 'GET' && method !== 'HEAD')) {
    const found = to
      ? `redirects ${method} to ${to.host}`
      : `answered ${response.status} without a place to go`;
    throw badAnswer(from.host, found, 'name the registry by its own address');
  }
  const isWeaker = from.protocol === 'https:' && to.protocol !== 'https:';
  if (isWeaker || !['http:', 'https:'].includes(to.protocol)) {
    throw badAnswer(from.host, `redirects to ${to.protocol}//${to.host}`, 'expected https');
  }
  return to;
}
