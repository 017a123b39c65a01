import { expect, test } from '@jest/globals';
import {
  buildArguments,
  multiPlatformArguments,
} from '../../../generator/adapters/docker/build-arguments.ts';

const request = {
  context: '/t/context',
  dockerfile: '/t/Dockerfile',
  args: { LEVEL: '3', BUILDKIT_INLINE_CACHE: '0' },
  platforms: ['linux/amd64'],
  localTag: 'local',
  epoch: 0,
};

test('one platform is the engine’s own build, with no time in it and its cache for the next', () => {
  expect(buildArguments(request, { buildx: true }).join(' ')).toBe(
    'build --tag local --platform linux/amd64 --progress plain --file /t/Dockerfile --build-arg SOURCE_DATE_EPOCH=0 --build-arg LEVEL=3 --build-arg BUILDKIT_INLINE_CACHE=1 /t/context',
  );
});

test('the user’s own time, target, cache and epoch are taken over', () => {
  const more = { target: 'x', cacheFrom: 'r@d', epoch: 2, args: { SOURCE_DATE_EPOCH: '7' } };
  const words = buildArguments({ ...request, ...more }, { buildx: false }).join(' ');
  expect(words).toContain('--target x --cache-from r@d --add-host epoch-2.millrace.localhost:127.0.0.1');
  expect(words).toContain('--build-arg SOURCE_DATE_EPOCH=7');
  expect(words).not.toContain('SOURCE_DATE_EPOCH=0');
});

test('several platforms are loaded one for the test, and pushed all together', () => {
  const several = { ...request, platforms: ['linux/amd64', 'linux/arm64'] };
  expect(buildArguments(several, { buildx: true }).slice(0, 7).join(' ')).toBe(
    'buildx build --load --tag local --platform linux/amd64',
  );
  expect(multiPlatformArguments(several, 'r/x:t').slice(0, 6).join(' ')).toBe(
    'buildx build --platform linux/amd64,linux/arm64 --output type=image,name=r/x:t,push=true',
  );
});
