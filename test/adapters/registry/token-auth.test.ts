import { afterEach, describe, expect, test } from '@jest/globals';
import { createRegistry } from '../../../generator/adapters/registry/create-registry.ts';
import type { Credentials } from '../../../generator/adapters/registry/credentials.ts';
import type { Registry } from '../../../generator/ports/registry.ts';
import { startTokenRegistry } from '../../fakes/token-registry.ts';
import type { TokenRegistry, TokenRegistryOptions } from '../../fakes/token-registry.ts';

const MANIFEST = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  body: '{"schemaVersion":2}',
};
const ALICE: Credentials = { kind: 'password', username: 'alice', password: 'wonder' };

let service: TokenRegistry;
let now = 0;
afterEach(() => service.stop());

async function start(options: TokenRegistryOptions, credentials?: Credentials): Promise<Registry> {
  now = 1_000_000;
  service = await startTokenRegistry({
    users: { alice: 'wonder' },
    manifests: { 'a/one:1': MANIFEST, 'a/two:1': MANIFEST },
    ...options,
  });
  return createRegistry({
    auth: async () => credentials,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    policy: { attempts: 2 },
  });
}

const at = (path: string) => ({ domain: service.address, path });
const tokensAsked = () => service.requests.filter((line) => line.includes('/token'));

describe('tokens', () => {
  test('are fetched without a name where none is needed', async () => {
    const registry = await start({});
    expect(await registry.findManifest(at('a/one'), '1')).toMatchObject({ mediaType: MANIFEST.mediaType });
    expect(service.requests).toEqual([
      'GET /v2/a/one/manifests/1',
      'GET /token?service=stand-in&scope=repository%3Aa%2Fone%3Apull',
      'GET /v2/a/one/manifests/1',
    ]);
    expect(service.authorizations).toEqual([undefined, undefined, 'Bearer token-1']);
  });

  test('are kept: the second look costs one request', async () => {
    const registry = await start({ expiresIn: 300 });
    await registry.findManifest(at('a/one'), '1');
    service.requests.length = 0;
    await registry.findManifest(at('a/one'), '2');
    expect(service.requests).toEqual(['GET /v2/a/one/manifests/2']);
  });

  test('another repository asks for its own at once, without a 401 in between', async () => {
    const registry = await start({});
    await registry.findManifest(at('a/one'), '1');
    service.requests.length = 0;
    await registry.findManifest(at('a/two'), '1');
    expect(service.requests).toHaveLength(2);
  });

  test('many looks at the same time share one', async () => {
    const registry = await start({});
    await registry.findManifest(at('a/two'), '1');
    await Promise.all(Array.from({ length: 30 }, () => registry.findManifest(at('a/one'), '1')));
    expect(tokensAsked()).toHaveLength(2);
  });

  test('that have ended are fetched again beforehand', async () => {
    const registry = await start({ expiresIn: 300 });
    await registry.findManifest(at('a/one'), '1');
    now += 295_000;
    await registry.findManifest(at('a/one'), '1');
    expect(tokensAsked()).toHaveLength(2);
    expect(service.requests).toHaveLength(5);
  });

  test('that are refused before their time are fetched again, once', async () => {
    const registry = await start({ expiresIn: 300 });
    await registry.findManifest(at('a/one'), '1');
    service.expireTokens();
    expect(await registry.findManifest(at('a/one'), '1')).toBeDefined();
    expect(tokensAsked()).toHaveLength(2);
  });

  test('a name and password go to the token service only', async () => {
    const registry = await start({ anonymous: false }, ALICE);
    expect(await registry.findManifest(at('a/one'), '1')).toBeDefined();
    expect(service.authorizations.map((header) => header?.split(' ')[0])).toEqual([
      undefined,
      'Basic',
      'Bearer',
    ]);
  });

  test('an identity token is exchanged by POST', async () => {
    const registry = await start(
      { identityTokens: ['refresh-me'] },
      { kind: 'identity', token: 'refresh-me' },
    );
    expect(await registry.findManifest(at('a/one'), '1')).toBeDefined();
    expect(service.requests[1]).toBe('POST /token');
  });

  test('pushing asks for the right to push', async () => {
    const registry = await start({}, ALICE);
    const body = new TextEncoder().encode('{"schemaVersion":2,"config":{}}');
    const blobs = [new TextEncoder().encode('config')];
    const digest = await registry.putManifest(at('a/new'), 'v1', {
      mediaType: MANIFEST.mediaType,
      body,
      blobs,
    });
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(tokensAsked().at(-1)).toContain('pull%2Cpush');
    expect((await registry.findManifest(at('a/new'), 'v1'))?.digest).toBe(digest);
  });
});

describe('what is refused is said, and never "absent"', () => {
  const refuse = async (options: TokenRegistryOptions, credentials?: Credentials): Promise<Error> => {
    const registry = await start(options, credentials);
    const failure = await registry.findManifest(at('a/one'), '1').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    return failure as Error;
  };

  test('no right without a name', async () => {
    const error = await refuse({ anonymous: false });
    expect(error).toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(error.message).toMatch(/access to a\/one was refused \(401, UNAUTHORIZED.*\); .*docker login/);
  });

  test('a wrong password, without the password', async () => {
    const error = await refuse({}, { ...ALICE, password: 'guess-me' });
    expect(error).toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(error.message).toContain('the credentials are not accepted');
    expect(error.message).not.toContain('guess-me');
  });

  test('no right to push', async () => {
    const registry = await start({});
    const put = registry.putManifest(at('a/new'), 'v1', { ...MANIFEST, body: new Uint8Array(2), blobs: [] });
    await expect(put).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
  });

  test.each(['http://tokens.example.com/token', 'ftp://127.0.0.1/token', 'nowhere', ''])(
    'a token service that passwords must not go to: %j',
    async (realm) => {
      const error = await refuse({ realm }, ALICE);
      expect(error).toMatchObject({ code: 'REGISTRY_ANSWER' });
      expect(error.message).toContain('expected an https address');
      expect(tokensAsked()).toEqual([]);
    },
  );
});

test('the scope that the registry asks for is the one that is fetched', async () => {
  const registry = await start({ challengeScope: 'repository:a/one:pull,push' }, ALICE);
  await registry.findManifest(at('a/one'), '1');
  expect(tokensAsked()[0]).toContain('pull%2Cpush');
});
