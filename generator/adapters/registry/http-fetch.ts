import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Fetch } from './send-once.ts';

/**
 * Requests over connections that are kept alive, without Node's own `fetch`: that is a large library, whose loading and
 * use take several times the processor time of these, and a plan is little else than many small requests.
 * @param sockets how many connections to one host at most
 */
export function createHttpFetch(sockets: number): Fetch {
  const settings = { keepAlive: true, maxSockets: sockets };
  const agents = { 'http:': new HttpAgent(settings), 'https:': new HttpsAgent(settings) };
  return (url, { method, headers, signal, body }) =>
    new Promise((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const request = (isPlain ? requestHttp : requestHttps)(
        url,
        { method, headers: withLength(headers, body), signal, agent: agents[isPlain ? 'http:' : 'https:'] },
        (response) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: { get: (name) => joinValues(response.headers[name.toLowerCase()]) },
            body: readWhole(response, signal),
          }),
      );
      request.once('error', (error) => reject(causeOf(error, signal)));
      request.end(body);
    });
}

/** A body of known length is not sent in pieces, which not every registry takes. */
function withLength(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string | undefined,
): OutgoingHttpHeaders {
  return body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) };
}

function joinValues(value: string | string[] | undefined): string | null {
  return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
}

async function* readWhole(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw causeOf(error, signal);
  }
}

/** An abort is told by its reason, such as a time that was up. */
function causeOf(error: unknown, signal: AbortSignal): Error {
  return (signal.aborted ? signal.reason : error) as Error;
}
