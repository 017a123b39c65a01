/** What of a plan is carried out, and by whom. Real parts: Docker's engine with BuildKit, docker-registry, git. The upstream image is a stand-in made of busybox. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SERVICES, idsOf, startImageWorld } from './services/image-world.ts';
import type { CliAnswer } from './services/cli-run.ts';
import type { ImageWorld } from './services/image-world.ts';

let world: ImageWorld;
const ALL = SERVICES.map((name) => `image:${name}`);

beforeAll(async () => {
  world = await startImageWorld();
  const first = await world.run(['apply', '--json']);
  if (first.code !== 0) throw new Error(first.stderr);
});
afterAll(() => world?.stop());
beforeEach(() => world.proxy.clear());

const apply = async (...args: string[]): Promise<CliAnswer> => {
  const answer = await world.run(['apply', '--json', ...args]);
  if (answer.code !== 0) throw new Error(answer.stderr);
  return answer;
};

describe('part of it', () => {
  test('only what is named is built, and a parent that is missing is an error with the command', async () => {
    world.commit({ 'base/motd': 'the base of all services, for --only' });
    const refused = await world.run(['apply', '--json', '--only', 'image:cart']);
    expect(refused).toMatchObject({ code: 1, json: { error: { code: 'MISSING_ARTIFACT' } } });
    expect(refused.json.error!.message).toContain('run `millrace apply --only image:base` first');
    expect(world.mutations()).toEqual([]);
    expect(idsOf(await apply('--only', 'image:base'), 'built')).toEqual(['image:base']);
    const named = await apply('--only', 'image:cart', 'image:base');
    expect([idsOf(named, 'built'), idsOf(named, 'kept')]).toEqual([['image:cart'], ['image:base']]);
  });

  test('a stashed plan is carried out for its commit; what was published meanwhile is adopted', async () => {
    const { stdout } = await world.run(['plan', '--json']);
    const plan = join(tmpdir(), `plan-${process.pid}.json`);
    writeFileSync(plan, stdout);
    try {
      expect(idsOf(await apply('--plan', plan, '--only', 'image:mail'), 'built')).toEqual(['image:mail']);
      expect(idsOf(await apply('--plan', plan, '--only', 'image:mail'), 'kept')).toEqual(['image:mail']);
      world.commit({ 'docs/readme.txt': 'another commit' });
      const stale = await world.run(['apply', '--json', '--plan', plan]);
      expect(stale.json.error).toMatchObject({ code: 'STALE_PLAN' });
      writeFileSync(plan, '{}');
      expect((await world.run(['apply', '--json', '--plan', plan])).json.error).toMatchObject({
        code: 'INVALID_PLAN',
      });
    } finally {
      rmSync(plan);
    }
  });

  test('what was not committed is not applied', async () => {
    writeFileSync(join(world.repository, 'services/cart/new.txt'), 'x');
    const answer = await world.run(['apply', '--json']);
    rmSync(join(world.repository, 'services/cart/new.txt'));
    expect(answer.json.error).toMatchObject({ code: 'DIRTY_TREE' });
    expect(answer.json.error!.message).toMatch(/; commit them: only a commit is applied$/);
  });
});

describe('where a branch is only verified', () => {
  test('images are built and tested, their missing parents too, and nothing is published', async () => {
    world.commit({
      'base/motd': 'the base of a branch',
      'services/api/extra.txt': 'x',
      'services/api/serve.sh': '+x#!/bin/sh\necho "api, by the base of a branch"\n',
    });
    const answer = await world.run(['apply', '--json', '--only', 'image:api'], { MILLRACE_ROLE: 'verify' });
    expect([answer.code, idsOf(answer, 'built')]).toEqual([0, ['image:api', 'image:base']]);
    expect(answer.stderr).toContain('image:base: built here as well');
    expect(world.mutations()).toEqual([]);
    expect(
      world.engine.docker('image', 'ls', '--quiet', '--filter', 'reference=millrace.localhost/*/*'),
    ).toBe('');
  });

  test('with reuse of branches it is published, and delivering builds nothing', async () => {
    const project = readFileSync(join(world.repository, 'project.yaml'), 'utf8');
    world.commit({ 'project.yaml': `${project}reuse: branches\n` });
    const verified = await world.run(['apply', '--json'], { MILLRACE_ROLE: 'verify' });
    expect([verified.code, idsOf(verified, 'built')]).toEqual([0, ALL]);
    expect(idsOf(await apply(), 'kept')).toEqual(ALL);
  });
});

describe('two runs at the same time', () => {
  test('of the same and of overlapping sets: both end well, with one artifact a hash', async () => {
    world.commit({ 'base/motd': 'the base of two runs' });
    const other = mkdtempSync(join(tmpdir(), 'image-other-'));
    cpSync(world.repository, other, { recursive: true });
    const runs = await Promise.all([
      world.run(['apply', '--json']),
      world.run(['apply', '--json', '--only', 'image:base', 'image:cart', 'image:mail'], {}, other),
    ]);
    rmSync(other, { recursive: true });
    expect(runs.map(({ code, stderr }) => (code === 0 ? '' : stderr))).toEqual(['', '']);
    const artifacts = runs.map(
      ({ json }) => new Map(json.components.map(({ id, artifact }) => [id, artifact?.id])),
    );
    for (const [id, digest] of artifacts[1]!) expect([id, digest]).toEqual([id, artifacts[0]!.get(id)]);
    expect(idsOf(await apply(), 'kept')).toEqual(ALL);
  });
});
