import { request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Fault } from './fault-proxy.ts';

/** Where the real service listens. */
export interface Upstream {
  host: string;
  port: number;
}

/** Hands one request on to the service, and its answer back, with the fault on the way. */
export function relayWithFault(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  head: Buffer | undefined,
  fault: Fault | undefined,
): void {
  const socket = request.socket;
  if (fault?.kind === 'silence') return;
  if (fault?.kind === 'reset' && fault.after !== 'work') return void socket.resetAndDestroy();
  if (fault?.kind === 'status') {
    // The connection is not used again where the body was not read.
    if (head === undefined && hasBody(request)) response.setHeader('connection', 'close');
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    return;
  }
  // The Host header passes as it came, so that the service makes its addresses from the proxy's.
  const onward = forward({
    ...upstream,
    method: request.method,
    path: request.url,
    headers: request.headers,
    agent: false,
  });
  onward.on('error', () => socket.destroy());
  onward.on(
    'response',
    (answer) => void handBack(answer, response, socket, fault).catch(() => socket.destroy()),
  );
  if (head === undefined) {
    let passed = 0;
    request.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (fault?.kind === 'break-upload' && passed > fault.bytes) {
        onward.destroy();
        socket.resetAndDestroy();
      }
    });
    request.pipe(onward);
  } else if (fault?.kind === 'break-upload') {
    onward.write(head.subarray(0, fault.bytes));
    setTimeout(() => {
      onward.destroy();
      socket.resetAndDestroy();
    }, 20);
  } else onward.end(head);
}

async function handBack(
  answer: IncomingMessage,
  response: ServerResponse,
  socket: Socket,
  fault: Fault | undefined,
): Promise<void> {
  // Whether a connection is kept is for each of the two ways to say.
  const { connection: _connection, 'keep-alive': _time, ...kept } = answer.headers;
  const head = [answer.statusCode ?? 502, kept] as const;
  if (fault?.kind === 'reset') {
    answer.resume();
    socket.resetAndDestroy();
  } else if (fault?.kind === 'truncate') {
    const body = await readAll(answer);
    response.writeHead(...head).write(body.subarray(0, fault.bytes));
    setTimeout(() => socket.destroy(), 20);
  } else if (fault?.kind === 'drip') {
    const body = await readAll(answer);
    response.writeHead(...head).flushHeaders();
    for (const byte of body) {
      if (socket.destroyed) return;
      response.write(Buffer.of(byte));
      await wait(fault.milliseconds);
    }
    response.end();
  } else if (fault?.kind === 'edit') {
    const body = fault.body(await readAll(answer));
    const { 'content-length': _length, 'transfer-encoding': _coding, ...headers } = kept;
    response.writeHead(head[0], { ...headers, ...fault.headers }).end(body);
  } else {
    if (fault?.kind === 'delay') await wait(fault.milliseconds);
    response.writeHead(...head);
    answer.on('error', () => socket.destroy());
    answer.pipe(response);
  }
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
}

/** All bytes of a stream, at once. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
