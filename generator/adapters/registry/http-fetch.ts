import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { badAnswer } from './registry-failure.ts';
import type { Fetch, HttpResponse } from './send-once.ts';

/**
 * Requests over connections that are kept alive. Without Node's own `fetch`, without a signal or an iterator for each:
 * a plan is little else than hundreds of small requests, and these take more time than all the rest of one.
 * @param sockets how many connections to one host at most
 * @param socketPath of a unix socket behind which every host is found
 */
export function createHttpFetch(sockets: number, socketPath?: string): Fetch {
  const settings = { keepAlive: true, maxSockets: sockets };
  const way = socketPath === undefined ? {} : { socketPath };
  const agents = { http: new HttpAgent(settings), https: new HttpsAgent(settings) };
  return (url, { method, headers, body, milliseconds, maxBytes }) =>
    new Promise((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const request = (isPlain ? requestHttp : requestHttps)({
        ...way,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        path: url.pathname + url.search,
        method,
        headers: withLength(headers, body),
        agent: isPlain ? agents.http : agents.https,
      });
      // What comes after the end finds nothing left to do.
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
        request.destroy();
      };
      const timer = setTimeout(() => fail(timeUp(milliseconds)), milliseconds);
      request.on('error', fail);
      request.on('response', (response) => {
        response.on('error', fail);
        readWhole(response, maxBytes, (body) => {
          clearTimeout(timer);
          if (!body) return fail(tooLarge(url, maxBytes));
          resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body });
        });
      });
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

/** @param end is given nothing where there is more than may be */
function readWhole(
  response: IncomingMessage,
  maxBytes: number,
  end: (body: Uint8Array | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else end(undefined);
  });
  response.on('end', () => end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length)));
}

function headersOf({ headers }: IncomingMessage): HttpResponse['headers'] {
  return { get: (name) => joinValues(headers[name.toLowerCase()]) };
}

function joinValues(value: string | string[] | undefined): string | null {
  return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
}

/** By the name that all of Node gives such an error. */
function timeUp(milliseconds: number): Error {
  return Object.assign(new Error(`not done within ${milliseconds} ms`), { name: 'TimeoutError' });
}

function tooLarge({ host }: URL, maxBytes: number): Error {
  return badAnswer(host, `an answer of more than ${maxBytes} bytes`, 'is it a registry?');
}
