import { createServer, request as startRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { readEc2Request } from './ec2-request.ts';
import type { Ec2Request } from './ec2-request.ts';

/** What the stand-in answered, whole. */
export interface Answer {
  status: number;
  headers: string[];
  body: Buffer;
}

/**
 * Passes every request on as it came, and every answer back as it came.
 * @param target where to, `http://127.0.0.1:PORT`
 * @param handle does what has to be done around a request, which goes out when it calls `pass`
 */
export function createProxy(
  target: string,
  handle: (request: Ec2Request, pass: () => Promise<Answer>) => Promise<Answer>,
): Server {
  return createServer((incoming, response) => {
    void serve(target, incoming, response, handle).catch((error: unknown) => {
      // The client sees a broken connection, as it would without anybody between.
      response.destroy(error as Error);
    });
  });
}

async function serve(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: Parameters<typeof createProxy>[1],
): Promise<void> {
  const body = await readAll(incoming);
  const asked = readEc2Request(incoming.url ?? '/', incoming.headers.authorization, readForm(incoming, body));
  const answer = await handle(asked, () => pass(target, incoming, body));
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

const readForm = (incoming: IncomingMessage, body: Buffer): string =>
  incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? body.toString() : '';

function pass(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target);
    const { method, url, rawHeaders } = incoming;
    // What was sent in pieces goes on in one: the length is known by now.
    const headers = withoutFraming(rawHeaders);
    if (body.length > 0 || incoming.headers['content-length'] !== undefined)
      headers.push('Content-Length', String(body.length));
    const outgoing = startRequest(
      { hostname, port, method, path: url, headers: headers, setHost: false },
      (answer) =>
        void readAll(answer).then(
          (text) =>
            resolve({
              status: answer.statusCode ?? 502,
              headers: [...withoutFraming(answer.rawHeaders), 'Content-Length', String(text.length)],
              body: text,
            }),
          reject,
        ),
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** What belongs to one connection (RFC 9110, 7.6.1) or is said anew. */
function withoutFraming(raw: readonly string[]): string[] {
  const dropped = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  return raw.filter((_, index) => !dropped.includes(raw[index - (index % 2)]!.toLowerCase()));
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
