/** Real parts: Docker's engine with BuildKit, docker-registry, git. The upstream image is a stand-in made of busybox. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pushBaseImage } from './services/base-image.ts';
import { SERVICES, idsOf, lockOf, startImageWorld } from './services/image-world.ts';
import type { CliAnswer } from './services/cli-run.ts';
import type { ImageWorld } from './services/image-world.ts';

let world: ImageWorld;
let first: CliAnswer;
const ALL = SERVICES.map((name) => `image:${name}`);

beforeAll(async () => {
  world = await startImageWorld();
  first = await world.run(['apply', '--json']);
});
afterAll(() => world?.stop());
beforeEach(() => world.proxy.clear());

const apply = async (...args: string[]): Promise<CliAnswer> => {
  const answer = await world.run(['apply', '--json', ...args]);
  if (answer.code !== 0) throw new Error(answer.stderr);
  return answer;
};
const tagsOf = async (name: string): Promise<string[]> => {
  const answer = await fetch(`http://${world.registry.address}/v2/services/${name}/tags/list`);
  return ((await answer.json()) as { tags: string[] | null }).tags ?? [];
};

describe('an empty registry', () => {
  test('every image is built, tested and published under its hash, parents first', async () => {
    expect(first.code).toBe(0);
    expect(idsOf(first, 'built')).toEqual(ALL);
    const ends = [...first.stderr.matchAll(/^\[(image:\w+)\] built/gm)].map((match) => match[1]);
    expect(ends[0]).toBe('image:base');
    expect(ends.indexOf('image:api')).toBeLessThan(ends.indexOf('image:web'));
    expect(first.stderr).toMatch(/\[image:api\] > testing/);
    for (const { id, hash, artifact } of first.json.components) {
      if (artifact === undefined) continue;
      const name = id.slice(id.indexOf(':') + 1);
      expect(await tagsOf(name)).toContain(`src-${hash}`);
      const manifest = await fetch(
        `http://${world.registry.address}/v2/services/${name}/manifests/src-${hash}`,
        {
          headers: { Accept: 'application/vnd.docker.distribution.manifest.v2+json' },
        },
      );
      expect(manifest.headers.get('docker-content-digest')).toBe(artifact.id);
    }
  });

  test('what was built is what was hashed: arguments, the parent’s content, nothing that is ignored', () => {
    const reference = (id: string): string =>
      first.json.components.find((one) => one.id === id)!.artifact!.reference;
    const say = (id: string, ...argv: string[]): string =>
      world.engine.docker(
        'run',
        '--rm',
        '--network',
        'none',
        '--entrypoint',
        argv[0]!,
        reference(id),
        ...argv.slice(1),
      );
    expect(say('image:orders', 'cat', '/app/level')).toBe('3');
    expect(say('image:web', '/app/api.sh')).toBe('api, by the base of all services');
    expect(say('image:api', 'ls', '-A', '/app')).toBe(
      '.dockerignore\nDockerfile\nREADME.md\nserve.sh\ntest.sh',
    );
  });

  test('again: nothing is built, pushed or changed, and the second run leaves nothing behind', async () => {
    const again = await apply();
    expect(idsOf(again, 'kept')).toEqual(ALL);
    expect(world.mutations()).toEqual([]);
    expect(
      world.engine.docker('image', 'ls', '--quiet', '--filter', 'reference=millrace.localhost/*/*'),
    ).toBe('');
    expect(world.engine.docker('ps', '--all', '--quiet')).toBe('');
  });

  test('a fresh clone, on what it takes for another machine, builds nothing', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'image-clone-'));
    world.git('clone', '-q', '--depth', '1', `file://${world.repository}`, clone);
    const answer = await world.run(['apply', '--json'], { DOCKER_HOST: 'unix:///nowhere' }, clone);
    rmSync(clone, { recursive: true });
    expect([answer.code, idsOf(answer, 'kept')]).toEqual([0, ALL]);
    expect(world.mutations()).toEqual([]);
  });
});

describe('what changes is what is built', () => {
  const cases: [string, () => Promise<void> | void, string[]][] = [
    ['a file of one service', () => world.commit({ 'services/cart/data.txt': 'new' }), ['image:cart']],
    [
      'the mode of one file',
      () => {
        chmodSync(join(world.repository, 'services/mail/Dockerfile'), 0o755);
        world.commit({});
      },
      ['image:mail'],
    ],
    [
      'a service that another takes from',
      () =>
        world.commit({ 'services/api/serve.sh': '+x#!/bin/sh\necho "api, by the base of all, changed"\n' }),
      ['image:api', 'image:web'],
    ],
    [
      'an ignored file',
      () => world.commit({ 'services/api/notes/plan.txt': 'other', 'services/api/TODO.md': 'x' }),
      [],
    ],
    ['a file that is in no image', () => world.commit({ 'docs/readme.txt': '# a comment' }), []],
    [
      'an argument',
      () =>
        world.commit({
          'project.yaml': readFileSync(join(world.repository, 'project.yaml'), 'utf8').replace(
            'LEVEL: 3',
            'LEVEL: 4',
          ),
        }),
      ['image:orders'],
    ],
    ['the base', () => world.commit({ 'base/motd': 'the base of all services, and more' }), ALL],
    [
      'the pin of the upstream image',
      async () =>
        world.commit({
          'project.lock.yaml': lockOf(
            await pushBaseImage(world.registry.address, 'local/base', '2', { note: 'other' }),
          ),
        }),
      ALL,
    ],
  ];
  test.each(cases)('%s', async (_name, change, expected) => {
    await change();
    const answer = await apply();
    expect(idsOf(answer, 'built')).toEqual(expected);
    const published = world.mutations().filter((request) => /\/manifests\/src-/.test(request));
    expect(published).toHaveLength(expected.length);
  });

  test('reverting all of it builds nothing', async () => {
    world.git('revert', '--no-edit', 'HEAD');
    world.git('revert', '--no-edit', 'HEAD~2');
    const answer = await apply();
    expect(idsOf(answer, 'built')).toEqual([]);
    expect(world.mutations()).toEqual([]);
  });

  const digestOf = (answer: CliAnswer): string =>
    answer.json.components.find((one) => one.id === 'image:users')!.artifact!.id;

  test('what another hash gives of the same content keeps its digest, by way of the cache', async () => {
    const project = readFileSync(join(world.repository, 'project.yaml'), 'utf8');
    const before = digestOf(await apply());
    world.commit({
      'project.yaml': project.replace(/(users: .*) \}/, '$1, test: [test, -x, /app/serve.sh] }'),
    });
    const after = await apply();
    expect([idsOf(after, 'built'), digestOf(after)]).toEqual([['image:users'], before]);
  });

  test('a raised epoch runs the steps anew, and only the first time', async () => {
    const lock = readFileSync(join(world.repository, 'project.lock.yaml'), 'utf8');
    const before = digestOf(await apply());
    world.commit({ 'project.lock.yaml': `${lock}epochs: { "image:users": 1 }\n` });
    const after = await apply();
    expect(idsOf(after, 'built')).toEqual(['image:users']);
    expect(digestOf(after)).not.toBe(before);
    world.commit({
      'project.yaml': readFileSync(join(world.repository, 'project.yaml'), 'utf8')
        .replace('/app/serve.sh] }', '/app/Dockerfile] }')
        .replace('test, -x', 'test, -e'),
    });
    const again = await apply();
    expect([idsOf(again, 'built'), digestOf(again)]).toEqual([['image:users'], digestOf(after)]);
  });
});
