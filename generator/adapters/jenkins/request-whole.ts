import { request as requestPlainly } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { CONNECT_SECONDS, REQUEST_SECONDS, TransportFailure } from './jenkins-transport.ts';

interface WholeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * One request over a connection of its own. Not by `fetch`, which refuses some ports and does not say whether there was a
 * connection.
 * @throws TransportFailure
 */
export function requestWhole(
  url: string,
  { method, headers, body }: { method: string; headers: Readonly<Record<string, string>>; body?: string },
): Promise<WholeAnswer> {
  const request = url.startsWith('https:') ? requestSecurely : requestPlainly;
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const sent = request(url, { method, agent: false, headers: { ...headers, ...length } });
    const fail = (found: string): void => {
      clearTimeout(connecting);
      clearTimeout(whole);
      reject(new TransportFailure(found, isConnected));
      sent.destroy();
    };
    const connecting = setTimeout(
      () => fail(`no connection within ${CONNECT_SECONDS} s`),
      CONNECT_SECONDS * 1_000,
    );
    const whole = setTimeout(
      () => fail(`no whole answer within ${REQUEST_SECONDS} s`),
      REQUEST_SECONDS * 1_000,
    );
    sent.once('socket', (socket) =>
      socket.once('connect', () => {
        isConnected = true;
        clearTimeout(connecting);
      }),
    );
    sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    sent.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
      answer.once('end', () => {
        clearTimeout(connecting);
        clearTimeout(whole);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.end(body);
  });
}
