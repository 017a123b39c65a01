import { beforeEach, describe, expect, test } from '@jest/globals';
import { readCreated, resolveExternal } from '../../../generator/drivers/image/resolve-external.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import { createMemoryRegistry } from '../../fakes/memory-registry.ts';
import type { MemoryRegistry } from '../../fakes/memory-registry.ts';

const DEBIAN = { domain: 'docker.io', path: 'library/debian', tag: '12' };
const NAME = 'docker.io/library/debian';
let registry: MemoryRegistry;
beforeEach(() => {
  registry = createMemoryRegistry();
});

const at = (architecture: string, variant?: string) => ({
  os: 'linux',
  architecture,
  ...(variant === undefined ? {} : { variant }),
});

describe('an index', () => {
  const add = (...platforms: ReturnType<typeof at>[]): string =>
    registry.addIndex(
      NAME,
      '12',
      platforms.map((platform, index) => ({ digest: `sha256:${String(index).repeat(64)}`, platform })),
    );

  test('is pinned itself, not one of its images', async () => {
    const digest = add(at('amd64'), at('arm64', 'v8'), { os: 'unknown', architecture: 'unknown' });
    expect(await resolveExternal(registry, DEBIAN, ['linux/amd64', 'linux/arm64'])).toBe(digest);
    expect(registry.asked).toEqual([`${NAME} 12`]);
  });

  test.each([
    ['linux/arm64', at('arm64'), true],
    ['linux/arm64/v8', at('arm64'), true],
    ['linux/arm64', at('arm64', 'v8'), true],
    ['linux/arm/v7', at('arm', 'v7'), true],
    ['linux/arm', at('arm', 'v7'), true],
    ['linux/arm/v6', at('arm', 'v7'), false],
    ['linux/amd64', at('amd64', 'v3'), false],
    ['linux/amd64', at('386'), false],
    ['windows/amd64', at('amd64'), false],
  ])('has %s by %o: %s', async (platform, held, isThere) => {
    const digest = add(held);
    const found = resolveExternal(registry, DEBIAN, [platform]);
    if (isThere) expect(await found).toBe(digest);
    else await expect(found).rejects.toMatchObject({ code: 'NO_SUCH_PLATFORM' });
  });

  test('without a platform that is asked for is an error that lists what is there', async () => {
    add(at('s390x'), at('amd64'), at('arm', 'v7'), { os: 'unknown', architecture: 'unknown' });
    await expect(resolveExternal(registry, DEBIAN, ['linux/amd64', 'linux/arm64'])).rejects.toThrow(
      'docker.io/library/debian:12: is not there for linux/arm64, only for linux/amd64, linux/arm/v7, linux/s390x; take another image, or other platforms',
    );
  });

  test('is taken as it is where no platform is asked for', async () => {
    const digest = add(at('s390x'));
    expect(await resolveExternal(registry, DEBIAN, [])).toBe(digest);
  });
});

describe('an image', () => {
  test('of the platform is pinned, by what its configuration says', async () => {
    const digest = registry.addImage(NAME, '12', { os: 'linux', architecture: 'amd64' });
    expect(await resolveExternal(registry, DEBIAN, ['linux/amd64'])).toBe(digest);
    await expect(resolveExternal(registry, DEBIAN, ['linux/arm64'])).rejects.toThrow('only for linux/amd64');
  });

  test('that does not say what it is for is taken', async () => {
    const digest = registry.addImage(NAME, '12', {});
    expect(await resolveExternal(registry, DEBIAN, ['linux/arm64'])).toBe(digest);
  });

  test('whose configuration is missing is none', async () => {
    const body = new TextEncoder().encode('{"schemaVersion":2,"config":{"digest":"sha256:00"}}');
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    await registry.putManifest(DEBIAN, '12', { mediaType, body, blobs: [] });
    await expect(resolveExternal(registry, DEBIAN, ['linux/amd64'])).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER',
    });
  });
});

test('a name that is not there is an error', async () => {
  await expect(resolveExternal(registry, DEBIAN, [])).rejects.toThrow(
    /^docker\.io\/library\/debian:12: the registry has none of this name; correct/,
  );
});

describe('the date of an image', () => {
  test('is what its configuration says; of an index, that of its first image', async () => {
    const created = '2026-01-02T03:04:05Z';
    const image = registry.addImage(NAME, '12', { created });
    const index = registry.addIndex(NAME, '13', [
      { digest: 'sha256:0', platform: { os: 'unknown', architecture: 'unknown' } },
      { digest: image, platform: at('amd64') },
    ]);
    expect(await readCreated(registry, DEBIAN, image)).toBe(created);
    expect(await readCreated(registry, DEBIAN, index)).toBe(created);
  });

  test('is left out where it is not to be had', async () => {
    const image = registry.addImage(NAME, '12', {});
    expect(await readCreated(registry, DEBIAN, image)).toBeUndefined();
    expect(await readCreated(registry, DEBIAN, `sha256:${'0'.repeat(64)}`)).toBeUndefined();
    registry.breakWith(NAME, new UserError('REGISTRY_DENIED', 'no'));
    expect(await readCreated(registry, DEBIAN, image)).toBeUndefined();
    registry.breakWith(NAME, new TypeError('a bug'));
    await expect(readCreated(registry, DEBIAN, image)).rejects.toThrow('a bug');
  });
});
