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

/** An answer whose body is still on its way. */
export interface HttpResponse {
  status: number;
  headers: HeaderValues;
  body: AsyncIterable<Uint8Array> | null;
}

/** What is used of `fetch`: any implementation of it will do. */
export type Fetch = (
  url: URL,
  options: {
    method: string;
    headers: Readonly<Record<string, string>>;
    redirect: 'manual';
    signal: AbortSignal;
    body?: Uint8Array | string;
  },
) => Promise<HttpResponse>;

const MAX_REDIRECTS = 5;

/**
 * One try. Redirects of reads are followed, without the credentials where they lead to another place.
 * @throws UserError REGISTRY_ANSWER; whatever `fetch` rejects with
 */
export async function sendOnce(fetch: Fetch, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  let { url } = request;
  let headers = { ...request.headers };
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await fetch(url, {
      method: request.method,
      // Compressed on the way, a body's length and digest would be another one's.
      headers: { ...headers, 'Accept-Encoding': 'identity' },
      redirect: 'manual',
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const body = await readBody(response, request.maxBytes, url);
    if (![301, 302, 303, 307, 308].includes(response.status)) {
      return { status: response.status, headers: response.headers, body, url };
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

async function readBody(response: HttpResponse, maxBytes: number, { host }: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body) {
    for await (const chunk of response.body) {
      length += chunk.length;
      // Leaving the loop cancels the rest.
      if (length > maxBytes) {
        throw badAnswer(host, `an answer of more than ${maxBytes} bytes`, 'is it a registry?');
      }
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks, length);
}
