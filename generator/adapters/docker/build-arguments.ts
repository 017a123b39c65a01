import type { ImageBuildRequest } from '../../ports/image-builder.ts';
import type { DockerClient } from './docker-client.ts';

/**
 * Of `docker build` with BuildKit. One platform goes to the engine's own builder, whose result is an image of the
 * engine. Several go to the builder that buildx has selected: the result stays in its cache until it is pushed, and the
 * image of the engine is that of the first platform, for the test.
 */
export function buildArguments(request: ImageBuildRequest, client: Pick<DockerClient, 'buildx'>): string[] {
  const several = request.platforms.length > 1 && client.buildx;
  const start = several ? ['buildx', 'build', '--load'] : ['build'];
  const platform = request.platforms[0]!;
  return [
    ...start,
    '--tag',
    request.localTag,
    '--platform',
    platform,
    ...commonArguments(request),
    request.context,
  ];
}

/** Of the build that pushes all platforms as one index, its tag last. */
export function multiPlatformArguments(request: ImageBuildRequest, reference: string): string[] {
  return [
    ...['buildx', 'build', '--platform', request.platforms.join(',')],
    ...['--output', `type=image,name=${reference},push=true`],
    ...commonArguments(request),
    request.context,
  ];
}

function commonArguments(request: ImageBuildRequest): string[] {
  const { dockerfile, target, args, cacheFrom, epoch } = request;
  // No time in the image's configuration, where BuildKit knows this argument (0.11 and newer).
  const all = { SOURCE_DATE_EPOCH: '0', ...args, BUILDKIT_INLINE_CACHE: '1' };
  return [
    ...['--progress', 'plain', '--file', dockerfile],
    ...(target === undefined ? [] : ['--target', target]),
    ...(cacheFrom === undefined ? [] : ['--cache-from', cacheFrom]),
    // A name that leads nowhere, in the hosts file of each RUN: part of BuildKit's key for it, and of no image.
    ...(epoch === 0 ? [] : ['--add-host', `epoch-${epoch}.millrace.localhost:127.0.0.1`]),
    ...Object.entries(all).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  ];
}
