import { describe, expect, test } from '@jest/globals';
import { checkSeveralPlatforms } from '../../../generator/adapters/docker/several-platforms.ts';
import type { CommandResult } from '../../../generator/ports/processes.ts';

const client = { file: '/usr/bin/docker', version: '28.2.2', buildx: true };
const answers =
  (inspect: string, info: string) =>
  (args: readonly string[]): Promise<CommandResult> =>
    Promise.resolve({ code: 0, signal: null, stdout: args[0] === 'buildx' ? inspect : info, stderr: '' });
const check = (docker: ReturnType<typeof answers>, more = {}): Promise<void> =>
  checkSeveralPlatforms(['linux/amd64', 'linux/arm64'], { ...client, ...more }, docker);

describe('several platforms', () => {
  test.each([
    [
      'a builder in a container',
      'Name:   own\nDriver: docker-container\n',
      '[["Backing Filesystem","extfs"]]',
    ],
    [
      'an engine with containerd’s store',
      'Name: default\nDriver: docker\n',
      '[["driver-type","io.containerd.snapshotter.v1"]]',
    ],
  ])('are built by %s', (_name, inspect, info) =>
    expect(check(answers(inspect, info))).resolves.toBeUndefined(),
  );

  test('are not built by the engine itself, nor without buildx', async () => {
    const engine = answers('Name: default\nDriver: docker\n', '[["Backing Filesystem","extfs"]]');
    await expect(check(engine)).rejects.toMatchObject({
      code: 'NO_MULTI_PLATFORM',
      message:
        "linux/amd64 and linux/arm64 in one image need a builder of its own, found the engine's; make one with `docker buildx create --use --driver-opt network=host`, or build for one platform",
    });
    await expect(check(engine, { buildx: false })).rejects.toThrow(
      /need buildx, found \/usr\/bin\/docker \(28\.2\.2\) without/,
    );
  });
});
