import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
// Loaded beforehand: jest cannot load two sets of modules at once, as the command does.
import '../../generator/cli/explain-change.ts';
import { command as hash } from '../../generator/cli/hash.ts';
import { makeWhyCommand } from '../../generator/cli/why.ts';
import type { Command } from '../../generator/cli/command.ts';
import type { LastState } from '../../generator/cli/explain-change.ts';
import { createOutput } from '../../generator/report/output.ts';
import type { UserError } from '../../generator/model/user-error.ts';
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const repository = TemporaryRepository.make();
afterAll(() => repository.remove());
let first = '';
let second = '';
beforeAll(() => {
  first = repository.commit({
    'project.yaml': 'project: shop\nimages:\n  api: { context: api }\n  base: { context: base }\n',
    'project.lock.yaml': `version: 1\nimages: { "debian:12": "${DIGEST}" }\n`,
    'base/Dockerfile': 'FROM debian:12\n',
    'api/Dockerfile': 'FROM shop/base\nCOPY . /\n',
    'api/index.js': '1',
  });
  second = repository.commit({ 'api/index.js': '2' });
});

interface Answer {
  code: number | string;
  text: string;
  error?: UserError;
}

async function run(
  command: Command,
  options: Record<string, unknown> = {},
  args: string[] = [],
  env = {},
): Promise<Answer> {
  let text = '';
  const stream = { write: (piece: string) => (text += piece) };
  const output = createOutput(
    { stdout: stream, stderr: { write: () => undefined } },
    { json: options['json'] === true, quiet: false, env: { NO_COLOR: '1' } },
  );
  try {
    const code = await command.run({ args, options, root: repository.folder, env, output });
    return { code, text };
  } catch (error) {
    return { code: (error as UserError).code, text, error: error as UserError };
  }
}
const hashesOf = async (
  options: Record<string, unknown> = {},
): Promise<Record<string, { hash: string; inputs: unknown[] }>> => {
  const { code, text } = await run(hash, { ...options, json: true });
  expect(code).toBe(0);
  return (JSON.parse(text) as { components: Record<string, { hash: string; inputs: unknown[] }> }).components;
};

describe('millrace hash', () => {
  test('prints ids and hashes in columns', async () => {
    const { text, error } = await run(hash);
    expect(error).toBeUndefined();
    const [a, b, c] = text.split('\n');
    expect(a).toMatch(/^image:api {3}[0-9a-f]{64}$/);
    expect(b).toMatch(/^image:base {2}[0-9a-f]{64}$/);
    expect(c).toMatch(/^jobs:shop {3}[0-9a-f]{64}$/);
  });

  test('prints the inputs as JSON', async () => {
    const components = await hashesOf();
    expect(components['image:api']!.inputs).toEqual([
      { type: 'dockerfile', name: 'api/Dockerfile', value: expect.stringMatching(/^sha256:/) },
      { type: 'epoch', name: 'image:api', value: '0' },
      { type: 'parent', name: 'image:base', value: components['image:base']!.hash },
      { type: 'platform', name: 'platforms', value: 'linux/amd64' },
      { type: 'schema', name: 'hash', value: '1' },
      { type: 'tree', name: 'api', value: repository.git('rev-parse', 'HEAD:api') },
    ]);
    expect(components['image:base']!.inputs).toContainEqual({
      type: 'external',
      name: 'debian:12',
      value: DIGEST,
    });
  });

  test('shows those that are asked for, and says which there are', async () => {
    expect((await run(hash, {}, ['image:base'])).text).toMatch(/^image:base {2}[0-9a-f]{64}\n$/);
    const { code, error } = await run(hash, {}, ['image:bse']);
    expect([code, error!.message]).toEqual(['NO_COMPONENT', expect.stringContaining('image:base')]);
  });

  test('takes project, lock and files from the revision, whatever lies in the work tree', async () => {
    const before = await hashesOf({ rev: first });
    repository.write({ 'project.yaml': 'nonsense', 'project.lock.yaml': null, 'api/index.js': 'x' });
    try {
      expect(await hashesOf({ rev: first })).toEqual(before);
      expect((await hashesOf({ rev: second }))['image:api']!.hash).not.toBe(before['image:api']!.hash);
      expect((await hashesOf({ rev: second }))['image:base']).toEqual(before['image:base']);
    } finally {
      repository.git('checkout', '--quiet', '--', '.');
    }
  });

  test('refuses a dirty tree with its files, and takes it as committing it would', async () => {
    repository.write({ 'api/index.js': 'changed', 'api/new': { executable: 'x' } });
    const { code, error } = await run(hash);
    expect(code).toBe('DIRTY_TREE');
    expect(error!.problems.map(({ file }) => file)).toEqual(['api/index.js', 'api/new']);
    const dirty = await hashesOf({ dirty: true });
    repository.commit();
    expect(await hashesOf()).toEqual(dirty);
    repository.git('reset', '--quiet', '--hard', second);
  });

  test('shows twenty of many files, and how many there are', async () => {
    repository.write(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`many/${index}`, ''])));
    const { error } = await run(hash);
    rmSync(join(repository.folder, 'many'), { recursive: true });
    expect(error!.message).toMatch(/^25 files differ from the commit \(the first 20 are shown\)/);
    expect(error!.problems).toHaveLength(20);
  });

  test("overlooks the pipelines' own plan in the root where a pipeline runs, and only there", async () => {
    repository.write({ 'plan.json': '{}' });
    expect((await run(hash)).code).toBe('DIRTY_TREE');
    expect((await run(hash, {}, [], { MILLRACE_ROLE: 'deliver' })).code).toBe(0);
    repository.write({ 'plan.json': null, 'api/plan.json': '{}' });
    expect((await run(hash, {}, [], { MILLRACE_ROLE: 'deliver' })).code).toBe('DIRTY_TREE');
    repository.write({ 'api/plan.json': null });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['both a revision and the work tree', { rev: 'HEAD', dirty: true }, 'USAGE'],
    ['a revision that is not there', { rev: 'nope' }, 'NO_REVISION'],
  ])('refuses %s', async (_, options, expected) => {
    expect((await run(hash, options)).code).toBe(expected);
  });

  test('says what is wrong with a project or a lock that is committed', async () => {
    const bad = repository.commit({ 'project.lock.yaml': 'version: 1\nimages: { "debian:12": latest }\n' });
    expect(await run(hash, { rev: bad })).toMatchObject({
      code: 'INVALID_PROJECT',
      error: { problems: [{ file: 'project.lock.yaml', line: 2 }] },
    });
    const none = repository.commit({ 'project.yaml': null });
    expect((await run(hash, { rev: none })).error!.problems).toMatchObject([{ file: 'project.yaml' }]);
    repository.git('reset', '--quiet', '--hard', second);
  });
});

describe('millrace why', () => {
  const why = (last: LastState | undefined): Command => makeWhyCommand(() => Promise.resolve(last));
  const ask = async (last: LastState | undefined, options: Record<string, unknown> = {}): Promise<string> =>
    (await run(why(last), options, ['image:api'])).text;

  test('names the files that differ from what exists, not the folder', async () => {
    const last = { hash: (await hashesOf({ rev: first }))['image:api']!.hash, revision: first };
    expect(await ask(last)).toBe('~ file api/index.js\n');
    expect(JSON.parse(await ask(last, { json: true }))).toMatchObject({
      version: 1,
      id: 'image:api',
      last,
      changes: [
        { type: 'file', name: 'api/index.js', before: expect.any(String), after: expect.any(String) },
      ],
      notes: [],
    });
  });

  test('names modes, digests and parents', async () => {
    repository.commit({
      'api/index.js': { executable: '2' },
      'project.lock.yaml': `version: 1\nimages: { "debian:12": "sha256:${'b'.repeat(64)}" }\nepochs: { "image:api": 2 }\n`,
    });
    const text = await ask(undefined, { since: second });
    expect(text.split('\n')).toEqual([
      '~ epoch image:api: 0 -> 2',
      '~ file api/index.js (mode 100644 -> 100755)',
      expect.stringMatching(/^~ parent image:base: [0-9a-f]{12}… -> [0-9a-f]{12}…$/),
      '',
    ]);
    const base = await run(why(undefined), { since: second }, ['image:base']);
    expect(base.text).toBe('~ external debian:12: sha256:aaaaaaaaaaaa… -> sha256:bbbbbbbbbbbb…\n');
    repository.git('reset', '--quiet', '--hard', second);
  });

  test.each<[string, () => Promise<LastState | undefined>, RegExp]>([
    ['nothing exists', async () => undefined, /nothing of it exists yet/],
    ['nothing differs', async () => ({ hash: (await hashesOf())['image:api']!.hash }), /has this very hash/],
    ['no commit was recorded', async () => ({ hash: 'x' }), /was not recorded/],
    [
      'that commit is not here',
      async () => ({ hash: 'x', revision: 'f'.repeat(40) }),
      /at ffffffffffff cannot be computed: there is no commit/,
    ],
    ['another version made it', async () => ({ hash: 'x', revision: first }), /another version of millrace/],
  ])('says so where %s', async (_, last, expected) => {
    expect(await ask(await last())).toMatch(expected);
  });

  test('says so where the component is new', async () => {
    const third = repository.commit({
      'project.yaml':
        'project: shop\nimages:\n  api: { context: api }\n  base: { context: base }\n  web: { context: base }\n',
    });
    const { text } = await run(why({ hash: 'x', revision: second }), { rev: third }, ['image:web']);
    expect(text).toMatch(/had no such component then/);
    repository.git('reset', '--quiet', '--hard', second);
  });

  test('says so where nothing differs between two commits', async () => {
    expect(await ask(undefined, { since: second })).toBe('image:api: nothing that decides it differs\n');
  });
});

test('a repository inside a context is refused also where no .gitmodules tells of it', async () => {
  const nested = TemporaryRepository.make();
  try {
    const inner = nested.commit({
      'project.yaml': 'project: shop\nimages: { a: { context: a } }\n',
      'a/Dockerfile': 'FROM scratch\n',
    });
    nested.git('update-index', '--add', '--cacheinfo', `160000,${inner},a/module`);
    nested.git('commit', '--quiet', '--message=a repository within');
    const refused = await hash
      .run({
        args: [],
        options: { rev: 'HEAD' },
        root: nested.folder,
        env: {},
        output: createOutput(
          { stdout: { write: () => true }, stderr: { write: () => true } },
          { json: true, quiet: true, env: {} },
        ),
      })
      .catch((error: unknown) => error as UserError);
    expect(refused).toMatchObject({ code: 'SUBMODULE', message: expect.stringContaining('a/module') });
  } finally {
    nested.remove();
  }
});
