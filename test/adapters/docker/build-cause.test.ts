import { describe, expect, test } from '@jest/globals';
import { findBuildCause, findDockerCause } from '../../../generator/adapters/docker/build-cause.ts';

const say = (output: string): string => {
  const { code, cause, hint } = findBuildCause(output);
  return `${code}: ${cause}; ${hint}`;
};

/** As the engine 20.10 and buildx 0.12 have written it. */
describe('the cause of a failed build', () => {
  test('is the step and its last words, from the client’s own BuildKit', () => {
    expect(
      say(
        '#4 0.1 of another step\n#5 [2/2] RUN make\n#5 0.340 some output\n#5 0.341 bad thing \n#5 ERROR: executor failed running [/bin/sh -c make]: exit code: 3\n------\n > [2/2] RUN make:\n------\nexecutor failed running [/bin/sh -c make]: exit code: 3\n',
      ),
    ).toBe('BUILD_FAILED: RUN make ended with exit code 3: bad thing; see the log above');
  });

  test('is the same from buildx', () => {
    expect(
      say(
        '#5 [2/2] RUN make\n#5 0.341 bad thing\n#5 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 3\n------\n > [2/2] RUN make:\n0.341 bad thing\n------\nDockerfile:2\n--------------------\n   1 |     FROM a\n   2 | >>> RUN make\n--------------------\nERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 3\n',
      ),
    ).toBe('BUILD_FAILED: RUN make ended with exit code 3: bad thing; see the log above');
  });

  test('is the full disk, even where the program went on talking', () => {
    expect(
      say(
        '#5 1.0 dd: No space left on device\n#5 1.1 21+0 records out\n#5 ERROR: executor failed running [dd]: exit code: 1\nexecutor failed running [dd]: exit code: 1',
      ),
    ).toMatch(/^NO_SPACE: RUN dd ended with exit code 1: dd: No space left on device; free some/);
  });

  test.each([
    [
      'failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 1: unknown instruction: FOO',
      'BUILD_FAILED: dockerfile parse error line 1: unknown instruction: FOO; mend the Dockerfile',
    ],
    [
      'failed to compute cache key: failed to walk /var/lib/docker/tmp/buildkit-mount784613308/a: lstat /var/lib/docker/tmp/buildkit-mount784613308/a: no such file or directory',
      'BUILD_FAILED: failed to compute cache key: failed to walk /a: lstat /a: no such file or directory; is the file committed, and not taken out by .dockerignore?',
    ],
    [
      'failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head "http://127.0.0.1:1/v2/x/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused',
      'REGISTRY_UNREACHABLE: failed to do request: Head "http://127.0.0.1:1/v2/x/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused; is the registry up, and reachable from the engine?',
    ],
    ['', 'BUILD_FAILED: no word from the builder; see the log above'],
  ])('%s', (output, expected) => expect(say(output)).toBe(expected));
});

test('of the client’s own failures the last line counts that is no log of its own', () => {
  expect(
    findDockerCause(
      "docker: Error response from daemon: no such image.\nSee 'docker run --help'.\n",
      'TEST_FAILED',
    ),
  ).toEqual({ code: 'TEST_FAILED', cause: 'no such image.', hint: 'see the log above' });
  // What the client logs of a wait that it gave up comes before or after, as it happens.
  const log = 'time="2026-11-30T07:20:05Z" level=error msg="error waiting for container: context canceled"';
  const failed = 'docker: Error response from daemon: exec: "nowhere": executable file not found in $PATH.';
  for (const said of [`${failed}\n${log}\n`, `${log}\n${failed}\n`])
    expect(findDockerCause(said, 'TEST_FAILED').cause).toBe(
      'exec: "nowhere": executable file not found in $PATH.',
    );
  expect(findDockerCause('denied: requested access to the resource is denied', 'PUSH_FAILED').code).toBe(
    'REGISTRY_DENIED',
  );
});
