import { UserError } from '../../model/user-error.ts';
import type { CommandResult } from '../../ports/processes.ts';
import type { DockerClient } from './docker-client.ts';

/**
 * Whether an image for several platforms can be built: buildx is there, and its builder is one that makes an index. The
 * engine's own makes one only where containerd stores its images.
 * @throws UserError NO_MULTI_PLATFORM with the way to get it
 */
export async function checkSeveralPlatforms(
  platforms: readonly string[],
  { buildx, file, version }: DockerClient,
  docker: (args: readonly string[]) => Promise<CommandResult>,
): Promise<void> {
  const wanted = `${platforms.join(' and ')} in one image need`;
  if (!buildx) {
    throw new UserError(
      'NO_MULTI_PLATFORM',
      `${wanted} buildx, found ${file} (${version}) without; install docker-buildx-plugin (https://docs.docker.com/go/buildx/), or build for one platform`,
    );
  }
  const [builder, engine] = await Promise.all([
    docker(['buildx', 'inspect']),
    docker(['info', '--format', '{{json .DriverStatus}}']),
  ]);
  const driver = /^Driver:\s*(\S+)/m.exec(builder.stdout)?.[1];
  if (driver !== 'docker' || engine.stdout.includes('io.containerd.snapshotter')) return;
  throw new UserError(
    'NO_MULTI_PLATFORM',
    `${wanted} a builder of its own, found the engine's; make one with \`docker buildx create --use --driver-opt network=host\`, or build for one platform`,
  );
}
