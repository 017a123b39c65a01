import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { FaultProxy } from '../fakes/fault-proxy.ts';
import { REGISTRY_USER, startRegistry } from './services/registry.ts';
import type { RunningRegistry } from './services/registry.ts';

let registry: RunningRegistry;
let proxy: FaultProxy;
beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy({ host: '127.0.0.1', port: registry.port });
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});
beforeEach(() => proxy.clear());

const ask = (path = '/v2/', options: RequestInit = {}): Promise<Response> =>
  fetch(`http://${proxy.address}${path}`, options);

test('without a rule everything passes and is seen', async () => {
  expect((await ask()).status).toBe(200);
  expect(proxy.requests).toMatchObject([{ method: 'GET', path: '/v2/' }]);
  expect(proxy.requests[0]?.fault).toBeUndefined();
});

test('a rule is used as often as it says, after those it lets pass, for what fits only', async () => {
  const fault = { kind: 'status', status: 429, headers: { 'Retry-After': '2' }, body: 'slow down' } as const;
  proxy.inject({ method: 'GET', path: /catalog/, skip: 1, times: 2, fault });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await ask('/v2/_catalog')).status);
  expect(statuses).toEqual([200, 429, 429, 200]);
  proxy.inject({ body: /Action=Describe/, fault });
  expect((await ask('/v2/', { method: 'POST', body: 'Action=Other' })).status).not.toBe(429);
  expect((await ask('/v2/', { method: 'POST', body: 'Action=DescribeImages' })).status).toBe(429);
});

test.each([{ kind: 'reset' }, { kind: 'reset', after: 'work' }, { kind: 'truncate', bytes: 1 }] as const)(
  'a connection breaks where the rule says so: %o',
  async (fault) => {
    proxy.inject({ fault });
    await expect(ask('/v2/_catalog').then((answer) => answer.text())).rejects.toThrow();
    expect(await (await ask('/v2/_catalog')).json()).toEqual({ repositories: [] });
  },
);

test('an upload breaks in its middle', async () => {
  const start = await ask('/v2/some/thing/blobs/uploads/', { method: 'POST' });
  const place = start.headers.get('location')!;
  expect(place).toContain(proxy.address);
  proxy.inject({ method: 'PATCH', fault: { kind: 'break-upload', bytes: 1000 } });
  await expect(fetch(place, { method: 'PATCH', body: 'x'.repeat(2_000_000) })).rejects.toThrow();
});

test('the registry keeps what it has over a halt, and is away meanwhile', async () => {
  const start = await ask('/v2/some/other/blobs/uploads/', { method: 'POST' });
  const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const put = await fetch(`${start.headers.get('location')!}&digest=${digest}`, {
    method: 'PUT',
    body: 'hello',
  });
  expect(put.status).toBe(201);
  await registry.halt();
  await expect(ask(`/v2/some/other/blobs/${digest}`)).rejects.toThrow();
  await registry.resume();
  expect(await (await ask(`/v2/some/other/blobs/${digest}`)).text()).toBe('hello');
});

test('a registry with a password wants it', async () => {
  const closed = await startRegistry({ password: true });
  try {
    const { username, password } = REGISTRY_USER;
    const Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    expect((await fetch(`http://${closed.address}/v2/`)).status).toBe(401);
    expect((await fetch(`http://${closed.address}/v2/`, { headers: { Authorization } })).status).toBe(200);
  } finally {
    await closed.stop();
  }
});
