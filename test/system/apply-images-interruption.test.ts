/** Ctrl-C and SIGTERM, over real parts: builders end, nothing is left, and what was left is said. */
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { idsOf, startImageWorld } from './services/image-world.ts';
import type { CliAnswer, ImageWorld } from './services/image-world.ts';

let world: ImageWorld;
let clean: string;

beforeAll(async () => {
  world = await startImageWorld();
  const answer = await world.run(['apply', '--json']);
  if (answer.code !== 0) throw new Error(answer.stderr);
  clean = world.git('rev-parse', 'HEAD');
});
afterAll(() => world?.stop());
beforeEach(() => world.proxy.clear());
afterEach(() => void world.git('reset', '-q', '--hard', clean));

const apply = (environment: Record<string, string | undefined> = {}, ...args: string[]): Promise<CliAnswer> =>
  world.run(['apply', '--json', ...args], environment);

const published = (): string[] =>
  world.mutations().filter((request) => /\/manifests\/(?:src|built)-/.test(request));

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
      world.commit({
        'services/api/Dockerfile': `FROM services/base\nRUN echo ${signal}-begun; sleep 600\n`,
      });
      const run = world.start(['apply', '--json']);
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
    const project = readFileSync(join(world.repository, 'project.yaml'), 'utf8');
    world.commit({
      'project.yaml': project.replace('test: [/app/test.sh]', 'test: [sh, -c, "echo begun; sleep 600"]'),
    });
    const run = world.start(['apply', '--json', '--only', 'image:api']);
    await untilSaid(run.said, '[image:api] begun');
    const started = Date.now();
    process.kill(run.pid, 'SIGTERM');
    expect(idsOf(await run.ended, 'cancelled')).toEqual(['image:api']);
    // A shell in a container does not hear SIGTERM; it is not waited for.
    expect(Date.now() - started).toBeLessThan(9_000);
    expect(world.engine.docker('ps', '--all', '--quiet')).toBe('');
  });

  test('a second time ends at once, and the next run takes away what that left', async () => {
    world.commit({ 'services/api/Dockerfile': 'FROM services/base\nRUN echo twice-begun; sleep 600\n' });
    const run = world.start(['apply', '--json', '--only', 'image:api']);
    await untilSaid(run.said, 'twice-begun\n');
    const started = Date.now();
    // Two of one sort at once may arrive as one.
    process.kill(run.pid, 'SIGINT');
    process.kill(run.pid, 'SIGTERM');
    const { code } = await run.ended;
    expect([code, Date.now() - started < 5_000]).toEqual([130, true]);
    world.git('reset', '-q', '--hard', clean);
    await apply();
    expect(temporary(run.pid)).toEqual([]);
  });
});
