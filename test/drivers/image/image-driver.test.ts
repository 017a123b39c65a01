import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  Driver,
  HashedComponent,
  ProjectSource,
  TaskContext,
} from '../../../generator/drivers/driver.ts';
import { createImageDriver } from '../../../generator/drivers/image/image-driver.ts';
import type { ImageTools } from '../../../generator/drivers/image/image-tools.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { readLock } from '../../../generator/load/read-lock.ts';
import type { ComponentId } from '../../../generator/model/component.ts';
import { readMirrors } from '../../../generator/model/mirrors.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Artifact } from '../../../generator/plan/plan.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import { createFakeImageBuilder } from '../../fakes/image-builder.ts';
import type { FakeImageBuilder } from '../../fakes/image-builder.ts';
import { createMemoryRegistry } from '../../fakes/memory-registry.ts';
import type { MemoryRegistry } from '../../fakes/memory-registry.ts';

const PIN = `sha256:${'1'.repeat(64)}`;
const HASH = 'ab'.repeat(32);
const REPOSITORY = 'r.example/team/shop/api';
const BASE: Artifact = { id: PIN, reference: `r.example/team/shop/base@${PIN}` };

const files = commitFilesOf({
  'project.yaml': `project: shop
registry: { url: r.example/team }
images:
  base: { context: base }
  api: { context: api, dockerfile: docker/api, args: { LEVEL: 3 }, test: [npm, test] }
`,
  'project.lock.yaml': `version: 1\nimages: { "debian:12": "${PIN}" }\nepochs: { "image:api": 2 }\n`,
  'base/Dockerfile': 'FROM debian:12\n',
  'api/docker/api': 'FROM shop/base\nCOPY --from=debian:12 /etc/os-release /\n',
  'api/docker/api.dockerignore': 'notes\n',
  'api/notes': 'x',
  'api/index.js': 'x',
});
const { project, graph } = loadProject(files).loaded!;
const source: ProjectSource = { project, graph, lock: readLock(files), files };
const api: HashedComponent = { ...graph.get('image:api')!, hash: HASH };

let folder: string;
let registry: MemoryRegistry;
let builder: FakeImageBuilder;
let exported: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-driver-'));
  registry = createMemoryRegistry();
  builder = createFakeImageBuilder(registry);
  exported = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function driver(more: Partial<ImageTools> = {}): Driver {
  return createImageDriver({
    registry,
    builder,
    clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) },
    place: { own: false, read: 'r.example/team', write: 'r.example/team' },
    publishes: true,
    mirrors: readMirrors({ 'docker.io': 'mirror.example/hub' }).rules,
    stamp: 'abcdefabcdef-1-2',
    ...more,
  });
}

function task(
  artifacts: [ComponentId, Artifact][] = [['image:base', BASE]],
  more: Partial<TaskContext> = {},
): TaskContext {
  return {
    source,
    artifacts: new Map(artifacts),
    observation: { state: 'absent' },
    folder,
    exportFiles: async (name, entries) => {
      exported.push(...entries.map(({ path }) => path));
      return join(folder, name);
    },
    phase: () => undefined,
    log: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

describe('observing', () => {
  test('an image under its hash is there, by digest', async () => {
    const digest = registry.addImage(REPOSITORY, `src-${HASH}`, {});
    expect((await driver().observe([api], source)).get('image:api')).toEqual({
      state: 'built',
      artifact: { id: digest, reference: `${REPOSITORY}@${digest}` },
    });
    expect(registry.asked).toHaveLength(1);
  });

  test('where it is not, the newest build is told of, by its record', async () => {
    const other = 'c'.repeat(64);
    registry.addImage(REPOSITORY, `built-20250101T000000Z-${'a'.repeat(40)}-${HASH}`, { n: 1 });
    const digest = registry.addImage(REPOSITORY, `built-20260101T000000Z-${'b'.repeat(40)}-${other}`, {
      n: 2,
    });
    expect((await driver().observe([api], source)).get('image:api')).toEqual({
      state: 'absent',
      last: { id: digest, reference: `${REPOSITORY}@${digest}`, hash: other, revision: 'b'.repeat(40) },
    });
  });

  test.each([
    [
      'REGISTRY_ANSWER',
      false,
      'BROKEN_ARTIFACT',
      /^image:api: .*cannot be used: r\.example: garbage; delete that tag/,
    ],
    ['REGISTRY_UNREACHABLE', false, 'REGISTRY_UNREACHABLE', /^r\.example: garbage; try later$/],
    ['REGISTRY_UNREACHABLE', true, 'NO_REGISTRY', /own registry does not answer/],
  ])('what cannot be seen (%s) is an error, never absent', async (thrown, own, code, message) => {
    registry.breakWith(REPOSITORY, new UserError(thrown, 'r.example: garbage; try later'));
    const place = { own, read: 'r.example/team', write: 'r.example/team' };
    await expect(driver({ place }).observe([api], source)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('building', () => {
  test('is given exactly the hashed files, digests in the place of names, and everything that decides', async () => {
    const last = { ...BASE, reference: 'last', hash: 'x' };
    const artifact = await driver().build!(api, task(undefined, { observation: { state: 'absent', last } }));
    expect(exported).toEqual(['docker/api', 'docker/api.dockerignore', 'index.js']);
    expect(builder.builds).toMatchObject([
      {
        text: `FROM ${BASE.reference}\nCOPY --from=mirror.example/hub/library/debian@${PIN} /etc/os-release /\n`,
        ignore: '# What is here is what was hashed.\n',
        args: { LEVEL: '3' },
        platforms: ['linux/amd64'],
        cacheFrom: 'last',
        epoch: 2,
      },
    ]);
    expect(builder.calls).toEqual(['build', 'test npm test', 'publish']);
    expect(
      (await registry.findManifest({ domain: 'r.example', path: 'team/shop/api' }, `src-${HASH}`))?.digest,
    ).toBe(artifact.id);
    expect(await registry.listTags({ domain: 'r.example', path: 'team/shop/api' })).toContain(
      `built-20260102T030405Z-${'f'.repeat(40)}-${HASH}`,
    );
  });

  test('finds what somebody else has published since the plan, and builds nothing', async () => {
    const digest = registry.addImage(REPOSITORY, `src-${HASH}`, { by: 'others' });
    expect((await driver().build!(api, task())).id).toBe(digest);
    expect(builder.calls).toEqual([]);
  });

  test('finds what somebody else has published while it was pushing, and leaves that', async () => {
    let theirs = '';
    builder.whilePushing = () => (theirs = registry.addImage(REPOSITORY, `src-${HASH}`, { by: 'others' }));
    expect((await driver().build!(api, task())).id).toBe(theirs);
    expect(
      (await registry.findManifest({ domain: 'r.example', path: 'team/shop/api' }, `src-${HASH}`))?.digest,
    ).toBe(theirs);
  });

  test('names no hash where the registry has something else than was pushed', async () => {
    builder.claims = PIN;
    await expect(driver().build!(api, task())).rejects.toMatchObject({ code: 'PUSH_FAILED' });
    expect(
      await registry.findManifest({ domain: 'r.example', path: 'team/shop/api' }, `src-${HASH}`),
    ).toBeUndefined();
  });

  test('without its parent is refused', async () => {
    await expect(driver().build!(api, task([]))).rejects.toMatchObject({ code: 'MISSING_ARTIFACT' });
  });

  test('without publishing never speaks to the registry; its result is the engine’s, until the run is over', async () => {
    const one = driver({ publishes: false });
    const artifact = await one.build!(api, task());
    expect(artifact.reference).toBe(`millrace.localhost/shop/api:${HASH.slice(0, 12)}-abcdefabcdef-1-2`);
    expect([builder.calls, registry.asked]).toEqual([['build', 'test npm test'], []]);
    await one.finish!();
    expect(builder.calls.at(-1)).toBe('forget 1');
  });
});

test('the engine is looked at once, and only where something is to be built', async () => {
  await driver().prepare!([api], source, []);
  expect(builder.calls).toEqual([]);
  await driver().prepare!([api], source, [api]);
  expect(builder.calls).toEqual(['check linux/amd64']);
});
