import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRoutedFetch } from '../../../generator/adapters/registry/routed-fetch.ts';
import { registryAnswers } from '../../../generator/adapters/registry/registry-answers.ts';

let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routed-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function listen(at: string | number, status: number): Promise<Server> {
  const server = createServer((request, response) =>
    response.writeHead(status).end(`${at} ${request.headers.host} ${request.url}`),
  );
  servers.push(server);
  await new Promise<void>((resolve) =>
    typeof at === 'string' ? server.listen(at, resolve) : server.listen(at, '127.0.0.1', resolve),
  );
  return server;
}

const OPTIONS = { method: 'GET', headers: {}, milliseconds: 5_000, maxBytes: 1_000 };

test('a host with a socket is reached by it under its own name, every other one as it is', async () => {
  const socket = join(folder, 'read.sock');
  await listen(socket, 200);
  const { port } = (await listen(0, 200)).address() as AddressInfo;
  const fetch = createRoutedFetch(2, async (host) => (host === '127.0.0.1:5000' ? socket : undefined));
  const ask = async (url: string): Promise<string> =>
    Buffer.from((await fetch(new URL(url), OPTIONS)).body).toString();
  expect(await ask('http://127.0.0.1:5000/v2/a?n=1')).toBe(`${socket} 127.0.0.1:5000 /v2/a?n=1`);
  expect(await ask(`http://127.0.0.1:${port}/v2/`)).toBe(`0 127.0.0.1:${port} /v2/`);
});

test.each([
  [200, true],
  [401, true],
  [404, false],
  [503, false],
])('an answer of %d: a registry is there: %j', async (status, expected) => {
  const socket = join(folder, 'door.sock');
  await listen(socket, status);
  expect(await registryAnswers('127.0.0.1:5000', socket)).toBe(expected);
});

test('where nothing listens there is none', async () => {
  expect(await registryAnswers('127.0.0.1:5000', join(folder, 'none.sock'))).toBe(false);
});
