/** What goes wrong, over real parts: one line that says why and what to do, exit code 1, and nothing half-made. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startDockerEngine } from './services/docker-engine.ts';
import { causeOf, useAppliedImages } from './services/applied-images.ts';
import { idsOf } from './services/image-world.ts';

const applied = useAppliedImages();
const { apply, published, expectOneLine } = applied;

describe('a build', () => {
  // All on one stream: of two, an engine may tell the later line first.
  test('that fails names the step and its last words; what needs it is skipped, the rest is built', async () => {
    applied.world.commit({
      'services/api/Dockerfile':
        'FROM services/base\nCOPY . /app/\nRUN echo working >&2; echo "no such thing" >&2; exit 7\n',
      'services/mail/note.txt': 'x',
    });
    const answer = await apply();
    expect(answer.code).toBe(1);
    expect(causeOf(answer, 'image:api')).toBe(
      'RUN echo working >&2; echo "no such thing" >&2; exit 7 ended with exit code 7: no such thing; see the log above',
    );
    expect([idsOf(answer, 'skipped'), idsOf(answer, 'built')]).toEqual([['image:web'], ['image:mail']]);
    expect(published().filter((request) => /api|web/.test(request))).toEqual([]);
  });

  test.each([
    [
      'a file that the context does not hold',
      'FROM services/base\nCOPY notes/plan.txt /\n',
      /^failed to compute cache key: failed to walk \/notes: lstat \/notes: no such file or directory; is the file committed, and not taken out by \.dockerignore\?$/,
    ],
    ['a program that is not there', 'FROM services/base\nRUN ["/nowhere"]\n', /nowhere.*no such file/],
  ])('for want of %s', async (_name, dockerfile, cause) => {
    applied.world.commit({ 'services/api/Dockerfile': dockerfile });
    const answer = await apply({}, '--only', 'image:api');
    expectOneLine(answer);
    expect(causeOf(answer, 'image:api')).toMatch(cause);
  });

  test('of a Dockerfile that does not parse is refused at once, with its place', async () => {
    applied.world.commit({ 'services/api/Dockerfile': 'FROM services/base\nRUNN ls\n' });
    const answer = await apply();
    expectOneLine(answer);
    expect(answer.stderr).toContain('services/api/Dockerfile:2:1  unknown instruction "RUNN"');
  });

  test('on a full disk says that it is full', async () => {
    const disk = mkdtempSync(join(tmpdir(), 'small-disk-'));
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
    const engine = await startDockerEngine({ dataRoot: disk });
    try {
      applied.world.commit({
        'services/api/Dockerfile': 'FROM services/base\nRUN dd if=/dev/zero of=/big bs=1M count=64\n',
      });
      const answer = await apply({ DOCKER_HOST: engine.host }, '--only', 'image:api');
      expectOneLine(answer);
      expect(causeOf(answer, 'image:api')).toMatch(
        /no space left on device; free some of the engine’s disk/i,
      );
    } finally {
      await engine.stop();
      spawnSync('umount', ['--lazy', disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  });
});

describe('a test', () => {
  test.each([
    [
      'fails',
      '[sh, -c, "echo 3 of 4 passed; exit 2"]',
      'the test ["sh","-c","echo 3 of 4 passed; exit 2"] ended with exit code 2: 3 of 4 passed; nothing was published; see the log above',
    ],
    [
      'cannot be started',
      '[nowhere]',
      /^the test \["nowhere"\] could not be started: .*executable file not found/,
    ],
  ])('that %s publishes nothing', async (_name, argv, cause) => {
    const project = readFileSync(join(applied.world.repository, 'project.yaml'), 'utf8');
    applied.world.commit({ 'project.yaml': project.replace('test: [/app/test.sh]', `test: ${argv}`) });
    const answer = await apply({}, '--only', 'image:api');
    expectOneLine(answer);
    if (typeof cause === 'string') expect(causeOf(answer, 'image:api')).toBe(cause);
    else expect(causeOf(answer, 'image:api')).toMatch(cause);
    expect(applied.world.engine.docker('ps', '--all', '--quiet')).toBe('');
  });

  test('sees no network', async () => {
    const project = readFileSync(join(applied.world.repository, 'project.yaml'), 'utf8');
    applied.world.commit({
      'project.yaml': project.replace(
        'test: [/app/test.sh]',
        'test: [sh, -c, "test $(ls /sys/class/net) = lo"]',
      ),
    });
    expect((await apply({}, '--only', 'image:api')).code).toBe(0);
  });
});
