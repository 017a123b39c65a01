import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClock } from '../../generator/adapters/clock.ts';
import { createRegistry } from '../../generator/adapters/registry/create-registry.ts';
import type { RegistryOptions } from '../../generator/adapters/registry/create-registry.ts';
import type { Registry } from '../../generator/ports/registry.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { Fault, FaultProxy } from '../fakes/fault-proxy.ts';
import { findFreePort } from '../../generator/lab/free-port.ts';
import { REGISTRY_USER, startRegistry } from './services/registry.ts';
import type { RunningRegistry } from './services/registry.ts';

const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = Buffer.from('{"architecture":"amd64","os":"linux"}');
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPE,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: CONFIG.length,
      digest: digestOf(CONFIG),
    },
    layers: [],
  }),
);
const DIGEST = digestOf(MANIFEST);
const PUT = { mediaType: TYPE, body: MANIFEST, blobs: [CONFIG] };

let service: RunningRegistry;
let proxy: FaultProxy;
const at = (path = 'shop/api', domain = proxy.address) => ({ domain, path });
const quick: Partial<RegistryOptions> = {
  policy: { firstPause: 20, longestPause: 50, attempts: 4, attemptTime: 2_000, totalTime: 60_000 },
};

function connect(options: Partial<RegistryOptions> = {}): Registry {
  const auth = (): Promise<undefined> => Promise.resolve(undefined);
  return createRegistry({ auth, clock: createClock(), ...quick, ...options });
}

beforeAll(async () => {
  service = await startRegistry();
  proxy = await startFaultProxy({ host: '127.0.0.1', port: service.port });
  await connect().putManifest(at(), 'src-1', PUT);
});
afterAll(async () => {
  await proxy.stop();
  await service.stop();
});
beforeEach(() => proxy.clear());

const failureOf = (work: Promise<unknown>): Promise<{ code: string; message: string }> =>
  work.then(
    (value) => expect({ value }).toBe('a failure') as never,
    (error: unknown) => error as { code: string; message: string },
  );

describe('against the real registry', () => {
  test('what is put is found, by tag and by digest, byte for byte', async () => {
    const registry = connect();
    for (const name of ['src-1', DIGEST]) {
      const found = await registry.findManifest(at(), name);
      expect(found).toMatchObject({ digest: DIGEST, mediaType: TYPE });
      expect(Buffer.from(found!.body).equals(MANIFEST)).toBe(true);
    }
    const blob = await registry.readBlob(at(), digestOf(CONFIG));
    expect(Buffer.from(blob!).equals(CONFIG)).toBe(true);
  });

  test('absent is undefined: repository, tag, digest, blob', async () => {
    const registry = connect();
    const none = `sha256:${'0'.repeat(64)}`;
    expect(await registry.findManifest(at('no/such'), 'v1')).toBeUndefined();
    expect(await registry.findManifest(at(), 'no-such')).toBeUndefined();
    expect(await registry.findManifest(at(), none)).toBeUndefined();
    expect(await registry.readBlob(at(), none)).toBeUndefined();
    expect(await registry.listTags(at('no/such'))).toEqual([]);
  });

  test('blobs that are there are not sent again', async () => {
    await connect().putManifest(at(), 'src-1', PUT);
    expect(proxy.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `HEAD /v2/shop/api/blobs/${digestOf(CONFIG)}`,
      'PUT /v2/shop/api/manifests/src-1',
    ]);
  });

  test('many pushes of one content at once all come through, and all tags are listed', async () => {
    const registry = connect();
    const tags = Array.from({ length: 25 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    await Promise.all(tags.map((tag) => registry.putManifest(at('many/tags'), tag, PUT)));
    expect(await registry.listTags(at('many/tags'))).toEqual(tags);
  });

  test('a list of tags is read to its end, page by page', async () => {
    // The registry at hand knows no pages: they are made on the way.
    const page = (tags: string[], next?: string): Fault => ({
      kind: 'edit',
      body: () => JSON.stringify({ name: 'shop/api', tags }),
      headers: next === undefined ? {} : { link: `<${next}>; rel="next"` },
    });
    proxy.inject(
      { fault: page(['b', 'c'], '/v2/shop/api/tags/list?n=2&last=c') },
      { path: /last=c$/, fault: page(['a']) },
    );
    expect(await connect().listTags(at())).toEqual(['a', 'b', 'c']);
    proxy.inject({ times: Infinity, fault: page(['b'], '/v2/shop/api/tags/list?n=1&last=b') });
    expect((await failureOf(connect().listTags(at()))).message).toContain('does not end');
  });

  test('what is deleted is gone, and deleting it again says so', async () => {
    const registry = connect();
    const other = Buffer.from(
      MANIFEST.toString().replace('"layers":[]', '"layers":[],"annotations":{"a":"b"}'),
    );
    const digest = await registry.putManifest(at(), 'old', { ...PUT, body: other });
    expect(await registry.deleteManifest(at(), digest)).toBe(true);
    expect(await registry.findManifest(at(), 'old')).toBeUndefined();
    expect(await registry.deleteManifest(at(), digest)).toBe(false);
    expect(await registry.findManifest(at(), 'src-1')).toBeDefined();
  });

  test('a manifest without its blobs is refused by the registry, and nothing is seen', async () => {
    const registry = connect();
    const put = registry.putManifest(at('half/made'), 'src-2', { ...PUT, blobs: [] });
    expect(await failureOf(put)).toMatchObject({ code: 'REGISTRY_ANSWER' });
    expect(await registry.findManifest(at('half/made'), 'src-2')).toBeUndefined();
  });

  test('200 looks run in parallel over at most 16 kept connections', async () => {
    // Nothing is asked twice here, however slow.
    const registry = connect({ policy: { ...quick.policy!, attemptTime: 60_000 } });
    const before = proxy.connections();
    const looks = Array.from({ length: 200 }, (_, i) =>
      registry.findManifest(at(), i % 2 ? 'src-1' : `no-${i}`),
    );
    const found = await Promise.all(looks);
    expect(found.filter((one) => one !== undefined)).toHaveLength(100);
    expect(proxy.requests).toHaveLength(200);
    expect(proxy.connections() - before).toBeLessThanOrEqual(16);
  });

  test('a name and a password (Basic)', async () => {
    const closed = await startRegistry({ password: true });
    try {
      const address = at('shop/api', closed.address);
      const auth = () => Promise.resolve({ kind: 'password', ...REGISTRY_USER } as const);
      expect(await connect({ auth }).putManifest(address, 'v1', PUT)).toBe(DIGEST);
      expect(await connect({ auth }).findManifest(address, 'v1')).toBeDefined();
      const wrong = () =>
        Promise.resolve({ kind: 'password', username: 'pusher', password: 'guessed' } as const);
      for (const who of [wrong, () => Promise.resolve(undefined)]) {
        const failure = await failureOf(connect({ auth: who }).findManifest(address, 'v1'));
        expect(failure).toMatchObject({ code: 'REGISTRY_DENIED' });
        expect(failure.message).toMatch(/^127\.0\.0\.1:\d+: .*; .*docker login/);
        expect(failure.message).not.toContain('guessed');
      }
    } finally {
      await closed.stop();
    }
  });
});

const PASSING: [string, Fault][] = [
  ['429 with Retry-After', { kind: 'status', status: 429, headers: { 'Retry-After': '1' } }],
  ['429', { kind: 'status', status: 429 }],
  ['500', { kind: 'status', status: 500, body: 'oops' }],
  ['502', { kind: 'status', status: 502 }],
  ['503', { kind: 'status', status: 503 }],
  ['504', { kind: 'status', status: 504 }],
  ['a reset before the work', { kind: 'reset' }],
  ['a reset after the work', { kind: 'reset', after: 'work' }],
  ['no answer', { kind: 'silence' }],
  ['a body that drips', { kind: 'drip', milliseconds: 100 }],
  ['a body that is cut off', { kind: 'truncate', bytes: 10 }],
];

describe('what passes by itself is asked again', () => {
  test.each(PASSING)('%s: the manifest is found', async (_name, fault) => {
    proxy.inject({ fault, times: 2 });
    expect(await connect().findManifest(at(), 'src-1')).toMatchObject({ digest: DIGEST });
    expect(proxy.requests).toHaveLength(3);
  });

  test.each(PASSING)('%s, again and again: one clear error, never "absent"', async (_name, fault) => {
    const after = fault.kind === 'status' ? { ...fault, headers: {} } : fault;
    proxy.inject({ fault: after, times: Infinity });
    const failures = await Promise.all(
      [
        connect().findManifest(at(), 'src-1'),
        connect().readBlob(at(), digestOf(CONFIG)),
        connect().listTags(at()),
      ].map(failureOf),
    );
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
      expect(failure.message).toMatch(/^127\.0\.0\.1:\d+: [^\n]+, tried 4 times; [^\n]+$/);
    }
  });

  test.each(PASSING)('%s at every single request of a push: it is whole, once', async (_name, fault) => {
    const before = await startRegistry();
    const shaky = await startFaultProxy({ host: '127.0.0.1', port: before.port });
    try {
      const address = at('push/me', shaky.address);
      for (const request of ['HEAD', 'POST', 'PUT']) {
        shaky.inject({ method: request, fault, times: 1 });
        if (request === 'PUT') shaky.inject({ method: 'PUT', path: /manifests/, fault, times: 1 });
      }
      expect(await connect().putManifest(address, 'src-1', PUT)).toBe(DIGEST);
      expect(await connect().findManifest(address, 'src-1')).toMatchObject({ digest: DIGEST });
      expect(await connect().readBlob(address, digestOf(CONFIG))).toBeDefined();
    } finally {
      await shaky.stop();
      await before.stop();
    }
  });

  test('Retry-After is kept to', async () => {
    proxy.inject({ fault: { kind: 'status', status: 429, headers: { 'Retry-After': '1' } } });
    const start = Date.now();
    await connect().findManifest(at(), 'src-1');
    expect(Date.now() - start).toBeGreaterThanOrEqual(1_000);
  });

  test('a delete whose answer was lost counts as one', async () => {
    const registry = connect();
    const other = Buffer.from(
      MANIFEST.toString().replace('"layers":[]', '"layers":[],"annotations":{"c":"d"}'),
    );
    const digest = await registry.putManifest(at(), 'lost', { ...PUT, body: other });
    proxy.inject({ method: 'DELETE', fault: { kind: 'reset', after: 'work' } });
    expect(await registry.deleteManifest(at(), digest)).toBe(true);
  });

  test('a registry that goes away in the middle of a push and comes back', async () => {
    const flaky = await startRegistry();
    const front = await startFaultProxy({ host: '127.0.0.1', port: flaky.port });
    try {
      const address = at('push/me', front.address);
      front.inject({ method: 'PUT', path: /blobs/, fault: { kind: 'delay', milliseconds: 100 } });
      const patient = connect({ policy: { firstPause: 300, longestPause: 500, attempts: 10 } });
      const push = patient.putManifest(address, 'src-1', PUT);
      while (!front.requests.some(({ method }) => method === 'PUT')) await createClock().sleep(5);
      await flaky.halt();
      await createClock().sleep(200);
      await flaky.resume();
      expect(await push).toBe(DIGEST);
      expect(await connect().findManifest(address, 'src-1')).toBeDefined();
    } finally {
      await front.stop();
      await flaky.stop();
    }
  });
});

describe('what does not pass is asked once', () => {
  const status = (code: number, body = '', headers: Record<string, string> = {}): Fault => ({
    kind: 'status',
    status: code,
    body,
    headers,
  });
  const html = '<html>Not found</html>';
  const other = MANIFEST.toString().replace('amd64', 'amd65').replace('"layers"', '"Layers"');
  test.each<[string, Fault, string, RegExp]>([
    ['403', status(403), 'REGISTRY_DENIED', /refused \(403\)/],
    ['a 404 of somebody else', status(404, html), 'REGISTRY_ANSWER', /answered 404 .*is it a registry\?/],
    ['an empty 404 of somebody else', status(404), 'REGISTRY_ANSWER', /answered 404/],
    ['400', status(400, '{"errors":[{"code":"X","message":"y\\nz"}]}'), 'REGISTRY_ANSWER', /400, X: y z /],
    ['418', status(418), 'REGISTRY_ANSWER', /answered 418/],
    [
      'a page of a portal',
      status(200, html, { 'Content-Type': 'text/html' }),
      'REGISTRY_ANSWER',
      /text\/html/,
    ],
    ['an empty 200', status(200), 'REGISTRY_ANSWER', /expected a manifest, found 0 bytes/],
    ['JSON that is none', status(200, '{"a":1}'), 'REGISTRY_ANSWER', /expected a manifest/],
    ['a 204', status(204), 'REGISTRY_ANSWER', /answered 204/],
    ['too much', status(200, 'x'.repeat(5 * 1024 * 1024)), 'REGISTRY_ANSWER', /more than 4194304 bytes/],
    [
      'another content',
      { kind: 'edit', body: () => other },
      'REGISTRY_ANSWER',
      /is named sha256:.* but is sha256:/,
    ],
    [
      'another type inside',
      {
        kind: 'edit',
        body: (body) => body,
        headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      },
      'REGISTRY_ANSWER',
      /its manifest says/,
    ],
    [
      'schema 1',
      status(200, '{"schemaVersion":1}', {
        'Content-Type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      }),
      'REGISTRY_ANSWER',
      /schema 1/,
    ],
    ['a redirect to nowhere', status(307), 'REGISTRY_ANSWER', /without a place/],
    ['a redirect without end', status(307, '', { Location: '/v2/again' }), 'REGISTRY_ANSWER', /5 redirects/],
    ['a redirect to a file', status(302, '', { Location: 'file:///etc/passwd' }), 'REGISTRY_ANSWER', /file:/],
    [
      'a scheme of login that is not known',
      status(401, '', { 'WWW-Authenticate': 'Negotiate' }),
      'REGISTRY_DENIED',
      /negotiate/,
    ],
  ])('%s', async (_name, fault, code, message) => {
    proxy.inject({ fault, times: Infinity });
    const failure = await failureOf(connect().findManifest(at(), 'src-1'));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/^127\.0\.0\.1:\d+: [^\n]+; [^\n]+$/);
    if (!failure.message.includes('redirects')) expect(proxy.requests).toHaveLength(1);
  });

  test('by digest, a manifest of another digest is refused even where the header agrees with it', async () => {
    const wrong = Buffer.from('{"schemaVersion":2}');
    proxy.inject({
      fault: { kind: 'edit', body: () => wrong, headers: { 'docker-content-digest': digestOf(wrong) } },
    });
    const failure = await failureOf(connect().findManifest(at(), DIGEST));
    expect(failure.code).toBe('REGISTRY_ANSWER');
  });

  test('a stored manifest that was changed on the disk', async () => {
    const broken = await startRegistry();
    try {
      const address = at('shop/api', broken.address);
      await connect().putManifest(address, 'src-1', PUT);
      const data = join(
        broken.folder,
        'storage/docker/registry/v2/blobs/sha256',
        DIGEST.slice(7, 9),
        DIGEST.slice(7),
        'data',
      );
      writeFileSync(
        data,
        MANIFEST.toString().replace('amd64', 'amd65').replace('"layers":[]', '"layers":[ ]'),
      );
      expect(await failureOf(connect().findManifest(address, 'src-1'))).toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(ANSWER|UNREACHABLE)$/),
      });
    } finally {
      await broken.stop();
    }
  });

  test('nothing listens there', async () => {
    const port = await findFreePort();
    const failure = await failureOf(connect().findManifest(at('a/b', `127.0.0.1:${port}`), 'v1'));
    expect(failure).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(failure.message).toMatch(
      /connection refused \(ECONNREFUSED\), tried 3 times; is the registry running/,
    );
  });

  test('there is no such host', async () => {
    const failure = await failureOf(connect().findManifest(at('a/b', 'registry.invalid'), 'v1'));
    expect(failure).toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(failure.message).toMatch(/^registry\.invalid: /);
  });

  test('what answers there is no HTTP', async () => {
    const { createServer: listen } = await import('node:net');
    const server = listen((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const failure = await failureOf(connect().findManifest(at('a/b', `127.0.0.1:${port}`), 'v1'));
    expect(failure).toMatchObject({ code: 'REGISTRY_ANSWER' });
    expect(failure.message).toContain('not HTTP');
    server.close();
  });
});

test('a redirect to another place is followed without the credentials', async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { 'Content-Type': TYPE }).end(MANIFEST);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { port } = elsewhere.address() as AddressInfo;
  const challenge = { kind: 'status', status: 401, headers: { 'WWW-Authenticate': 'Basic' } } as const;
  const headers = { Location: `http://127.0.0.1:${port}/blob` };
  proxy.inject({ fault: challenge }, { fault: { kind: 'status', status: 307, headers } });
  const auth = () => Promise.resolve({ kind: 'password', username: 'a', password: 'b' } as const);
  expect(await connect({ auth }).findManifest(at(), 'src-1')).toMatchObject({ digest: DIGEST });
  expect(proxy.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
  expect(seen).toEqual([undefined]);
  elsewhere.close();
});
