/** Ctrl-C and SIGTERM, over real parts: builders end, nothing is left, and what was left is said. */
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { useAppliedImages } from './services/applied-images.ts';
import { idsOf } from './services/image-world.ts';

const applied = useAppliedImages();
const { apply, published } = applied;

describe('an interruption', () => {
  const untilSaid = async (said: () => string, text: string): Promise<void> => {
    for (let attempt = 0; attempt < 600 && !said().includes(text); attempt++) await sleep(100);
    expect(said()).toContain(text);
  };
  const temporary = (pid: number): string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('millrace-') && name.includes(`-${pid}-`));

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends the builders, cleans up and says what was left',
    async (signal) => {
      applied.world.commit({
        'services/api/Dockerfile': `FROM services/base\nRUN echo ${signal}-begun; sleep 600\n`,
      });
      const run = applied.world.start(['apply', '--json']);
      await untilSaid(run.said, `${signal}-begun\n`);
      const started = Date.now();
      process.kill(run.pid, signal);
      const answer = await run.ended;
      expect(Date.now() - started).toBeLessThan(30_000);
      expect(answer.code).toBe(1);
      expect([idsOf(answer, 'cancelled'), published()]).toEqual([['image:api', 'image:web'], []]);
      expect(answer.stderr).toContain('cancelled image:api; nothing is left of it');
      expect(temporary(run.pid)).toEqual([]);
    },
  );

  test('of a test takes its container away', async () => {
    const project = readFileSync(join(applied.world.repository, 'project.yaml'), 'utf8');
    applied.world.commit({
      'project.yaml': project.replace('test: [/app/test.sh]', 'test: [sh, -c, "echo begun; sleep 600"]'),
    });
    const run = applied.world.start(['apply', '--json', '--only', 'image:api']);
    await untilSaid(run.said, '[image:api] begun');
    const started = Date.now();
    process.kill(run.pid, 'SIGTERM');
    expect(idsOf(await run.ended, 'cancelled')).toEqual(['image:api']);
    // A shell in a container does not hear SIGTERM; it is not waited for.
    expect(Date.now() - started).toBeLessThan(9_000);
    expect(applied.world.engine.docker('ps', '--all', '--quiet')).toBe('');
  });

  test('a second time ends at once, and the next run takes away what that left', async () => {
    applied.world.commit({
      'services/api/Dockerfile': 'FROM services/base\nRUN echo twice-begun; sleep 600\n',
    });
    const run = applied.world.start(['apply', '--json', '--only', 'image:api']);
    await untilSaid(run.said, 'twice-begun\n');
    const started = Date.now();
    // Two of one sort at once may arrive as one.
    process.kill(run.pid, 'SIGINT');
    process.kill(run.pid, 'SIGTERM');
    const { code } = await run.ended;
    expect([code, Date.now() - started < 5_000]).toEqual([130, true]);
    applied.world.git('reset', '-q', '--hard', applied.clean);
    await apply();
    expect(temporary(run.pid)).toEqual([]);
  });
});
