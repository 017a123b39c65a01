import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { EngineAddress } from './engine-address.ts';

export interface EngineCall {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  /** How long nothing may come, in milliseconds. */
  silence: number;
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** False where the connection ended, or fell silent, in the middle of the body. */
  whole: boolean;
}

/** Sends calls to one engine; reading ones share connections, which keep no process alive. */
export function createSender(address: EngineAddress): (call: EngineCall) => Promise<RawAnswer> {
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 10_000, maxSockets: 8 });
  return async (call) => {
    // What changes something goes over a new connection: an old one may be closed just now, and nobody could say whether
    // the engine has read the call.
    if (call.method !== 'GET') return send(address, call, false);
    for (;;) {
      let sent: ClientRequest | undefined;
      try {
        return await send(address, call, agent, (made) => (sent = made));
      } catch (error) {
        if (sent?.reusedSocket !== true) throw error;
      }
    }
  };
}

function send(
  address: EngineAddress,
  { method, path, body, silence }: EngineCall,
  agent: Agent | false,
  onRequest: (made: ClientRequest) => void = () => undefined,
): Promise<RawAnswer> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const made = request({
      ...address,
      method,
      path,
      agent,
      headers: {
        Host: 'docker',
        ...(payload ? { 'Content-Type': 'application/json', 'Content-Length': payload.length } : {}),
      },
    });
    onRequest(made);
    made.setTimeout(silence, () => made.destroy(new Error(`no answer within ${silence / 1_000} s`)));
    made.once('error', reject);
    made.once('response', (answer) => {
      const chunks: Buffer[] = [];
      const settle = (whole: boolean): void =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
          whole,
        });
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => settle(true));
      answer.once('error', () => settle(false));
    });
    made.end(payload);
  });
}
