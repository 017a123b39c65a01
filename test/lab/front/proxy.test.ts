import { afterEach, expect, test } from '@jest/globals';
import { createServer, request as startRequest } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProxy } from '../../../generator/lab/front/proxy.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

async function startEcho(seen: Seen[]): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(418, { 'X-Answer': 'as it was', 'Content-Type': 'application/octet-stream' });
      response.end(Buffer.from([0, 255, 13, 10]));
    });
  });
  return listen(server);
}

test('requests and answers arrive byte for byte, with headers, status and host', async () => {
  const seen: Seen[] = [];
  const target = await startEcho(seen);
  const proxy = await listen(createProxy(target, (_, pass) => pass()));
  const sent = Buffer.from([0, 200, 10, 61]);
  const answer = await fetch(`${proxy}/path%20x?a=%2F`, {
    method: 'PUT',
    body: sent,
    headers: { 'X-Mine': 'é' },
  });
  expect(answer.status).toBe(418);
  expect(answer.headers.get('x-answer')).toBe('as it was');
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0, 255, 13, 10]));
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'PUT', url: '/path%20x?a=%2F', body: sent });
  expect(seen[0]!.headers).toMatchObject({ host: new URL(proxy).host, 'x-mine': 'é', 'content-length': '4' });
});

test('what has to be done around a request is told its action, and says when it goes out', async () => {
  const seen: Seen[] = [];
  const target = await startEcho(seen);
  const asked: string[] = [];
  const proxy = await listen(
    createProxy(target, async ({ action }, pass) => {
      asked.push(`${action} before: ${seen.length}`);
      const answer = await pass();
      asked.push(`${action} after: ${seen.length}`);
      return answer;
    }),
  );
  const body = new URLSearchParams({ Action: 'CreateImage', InstanceId: 'i-1' });
  await fetch(proxy, { method: 'POST', body });
  expect(asked).toEqual(['CreateImage before: 0', 'CreateImage after: 1']);
  expect(seen[0]!.body.toString()).toBe(body.toString());
});

test('where the stand-in is gone, the client sees a broken connection', async () => {
  const proxy = await listen(createProxy('http://127.0.0.1:1', (_, pass) => pass()));
  const ended = new Promise((resolve) => startRequest(proxy).once('error', resolve).end());
  await expect(ended).resolves.toMatchObject({ code: 'ECONNRESET' });
});
