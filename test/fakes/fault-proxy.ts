import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readAll, relayWithFault } from './fault-relay.ts';
import type { Upstream } from './fault-relay.ts';

/** What goes wrong with one request. */
export type Fault =
  /** An answer in place of the service's; the service hears nothing. */
  | { kind: 'status'; status: number; headers?: OutgoingHttpHeaders; body?: string }
  /** The connection breaks: before the service hears of it, or after it has done the work. */
  | { kind: 'reset'; after?: 'nothing' | 'work' }
  /** The connection breaks once this many bytes of the request's body went through. */
  | { kind: 'break-upload'; bytes: number }
  /** The service's answer, but only the first bytes of its body, and then the connection breaks. */
  | { kind: 'truncate'; bytes: number }
  /** The service's answer, a byte of its body every so many milliseconds. */
  | { kind: 'drip'; milliseconds: number }
  /** No answer, ever. */
  | { kind: 'silence' }
  /** The service's answer, later. */
  | { kind: 'delay'; milliseconds: number }
  /** The service's answer with another body (and headers). */
  | { kind: 'edit'; body: (before: Buffer) => Buffer | string; headers?: OutgoingHttpHeaders };

/** Which requests; the first rule that fits and has not been used up is the one. */
export interface FaultRule {
  method?: string;
  /** On path and query. */
  path?: RegExp;
  /** On the request's body, e.g. `/Action=DescribeImages/`; bodies up to 1 MiB are looked at. */
  body?: RegExp;
  fault: Fault;
  /** How often; 1 by default. */
  times?: number;
  /** How many fitting requests pass first. */
  skip?: number;
}

export interface SeenRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage['headers'];
  /** The first MiB of its body, where a length was announced. */
  body: string;
  /** Undefined where it passed. */
  fault?: Fault['kind'];
}

/** A stand-in for a bad network: an HTTP proxy in front of a real service. */
export interface FaultProxy {
  /** `127.0.0.1:PORT` */
  address: string;
  port: number;
  /** Everything that came in, in order. */
  requests: SeenRequest[];
  /** How many connections were made to it. */
  connections: () => number;
  inject: (...rules: FaultRule[]) => void;
  /** Forgets rules and requests. */
  clear: () => void;
  stop: () => Promise<void>;
}

const MAX_LOOKED_AT = 1024 * 1024;

/** @param options `oneAtATime`: requests whose body fits wait for each other, for a service that mixes them up */
export async function startFaultProxy(
  upstream: Upstream,
  options: { oneAtATime?: RegExp } = {},
): Promise<FaultProxy> {
  const rules: { rule: FaultRule; skip: number; left: number }[] = [];
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let last: Promise<unknown> = Promise.resolve();
  const waitForTurn = (response: ServerResponse): Promise<unknown> => {
    const before = last;
    last = new Promise((resolve) => response.once('close', resolve));
    return before;
  };

  const pick = (seen: SeenRequest): Fault | undefined => {
    for (const entry of rules) {
      if (entry.left <= 0 || !fits(entry.rule, seen)) continue;
      if (entry.skip-- > 0) continue;
      entry.left--;
      return entry.rule.fault;
    }
    return undefined;
  };

  const server = createServer((request, response) => {
    void (async () => {
      const length = Number(request.headers['content-length'] ?? Number.NaN);
      const head = length <= MAX_LOOKED_AT ? await readAll(request) : undefined;
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: head?.toString('utf8') ?? '',
      };
      requests.push(seen);
      const fault = pick(seen);
      if (fault) seen.fault = fault.kind;
      if (options.oneAtATime?.test(seen.body)) await waitForTurn(response);
      relayWithFault(upstream, request, response, head, fault);
    })().catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    inject: (...added) => {
      for (const rule of added) rules.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1 });
    },
    clear: () => {
      rules.length = 0;
      requests.length = 0;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fits({ method, path, body }: FaultRule, seen: SeenRequest): boolean {
  return (
    (method === undefined || method === seen.method) &&
    (path === undefined || path.test(seen.path)) &&
    (body === undefined || body.test(seen.body))
  );
}
