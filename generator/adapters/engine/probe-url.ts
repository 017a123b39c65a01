import { request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';

/** A server that takes a connection and says nothing is asked again. */
const SILENCE = 5_000;

/**
 * The status with which a URL answers; redirects are not followed. Not by `fetch`, which refuses some ports.
 * @param url http or https
 * @returns or why there is none, in a few words
 */
export function probeUrl(url: string, signal: AbortSignal): Promise<number | string> {
  const request = url.startsWith('https:') ? requestSecurely : requestPlainly;
  return new Promise((resolve, reject) => {
    const made = request(url, { agent: false, signal, timeout: SILENCE }, (answer) => {
      answer.destroy();
      resolve(answer.statusCode ?? 'no status');
    });
    made.once('timeout', () => made.destroy(Object.assign(new Error('silent'), { code: 'no answer' })));
    made.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(error);
      else resolve(error.code ?? error.message);
    });
    made.end();
  });
}
