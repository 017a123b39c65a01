import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGitRepository } from '../../generator/adapters/git/git-repository.ts';
// Loaded beforehand: jest cannot load one set of modules from two places at once.
import '../../generator/cli/load-commit.ts';
import '../../generator/cli/hash-commit.ts';
import { openCommit } from '../../generator/cli/open-commit.ts';
import type { CommitSummary } from '../../generator/cli/memo-summary.ts';
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts';

const SAMPLE = fileURLToPath(new URL('../samples/services', import.meta.url));
const DIGEST = `sha256:${'a'.repeat(64)}`;
const repositories: TemporaryRepository[] = [];
let repository: TemporaryRepository;
let folder: string;
beforeEach(() => {
  repository = makeRepository();
  folder = join(repository.folder, '.git/millrace/commits');
  repository.commit({
    'project.yaml': 'project: shop\nimages:\n  api: { context: api }\n  base: { context: base }\n',
    'project.lock.yaml': `version: 1\nimages: { "debian:12": "${DIGEST}" }\n`,
    'base/Dockerfile': 'FROM debian:12\n',
    'api/Dockerfile': 'FROM shop/base\nCOPY . /\n',
    'api/index.js': '1',
  });
});
afterAll(() => repositories.forEach((made) => made.remove()));

function makeRepository(): TemporaryRepository {
  const made = TemporaryRepository.make();
  repositories.push(made);
  return made;
}

interface Opened {
  summary: CommitSummary;
  /** Whether the commit's files were needed. */
  isRead: boolean;
}

async function open({
  root = repository.folder,
  build = 'one',
  env = {},
  ...revision
}: Record<string, unknown> & {
  root?: string;
  build?: string | null;
  env?: Record<string, string>;
} = {}): Promise<Opened> {
  const git = openGitRepository(root);
  let isRead = false;
  const counting = {
    ...git,
    findCommit: async (which?: string) => {
      const found = await git.findCommit(which);
      return { ...found, read: () => ((isRead = true), found.read()) };
    },
  };
  const { summary } = await openCommit({ root, env }, revision, {
    repository: counting,
    build: build ?? undefined,
  });
  return { summary, isRead };
}

const hashesIn = ({ summary }: Opened): [string, string][] =>
  [...summary.hashes].map(([id, { hash }]) => [id, hash]);
const memos = (): string[] => readdirSync(folder).sort();

describe('the memo of a commit', () => {
  test('makes that its files are read once, and says what was computed', async () => {
    const first = await open();
    const second = await open();
    expect([first.isRead, second.isRead]).toEqual([true, false]);
    expect(hashesIn(second)).toEqual(hashesIn(first));
    expect([...second.summary.hashes.keys()]).toEqual(['image:api', 'image:base', 'jobs:shop']);
    expect(second.summary.project).toEqual(first.summary.project);
    expect([...second.summary.graph]).toEqual([...first.summary.graph]);
  });

  test('changes no answer, whatever is edited', async () => {
    const sample = makeRepository();
    cpSync(SAMPLE, sample.folder, { recursive: true });
    sample.commit({ 'project.lock.yaml': `version: 1\nimages: { "local/base:1": "${DIGEST}" }\n` });
    const paths = sample.git('ls-files', 'services', 'base').split('\n');
    const edit = fc.record({
      path: fc.constantFrom(...paths),
      kind: fc.constantFrom('comment', 'mode', 'back'),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ path, kind }) => {
        const target = join(sample.folder, path);
        if (kind === 'comment') writeFileSync(target, `${readFileSync(target, 'utf8')}\n# more\n`);
        else if (kind === 'mode') chmodSync(target, 0o755);
        else sample.git('checkout', '--quiet', sample.git('rev-list', '--max-parents=0', 'HEAD'), '--', '.');
        sample.commit();
        const plain = await settle(open({ root: sample.folder, build: null }));
        for (let time = 0; time < 2; time++) {
          expect(await settle(open({ root: sample.folder }))).toEqual(plain);
        }
      }),
      { numRuns: 6 },
    );
  });

  test('is of a tree: a commit without a change finds that of the one before, a revert the one before that', async () => {
    const first = await open();
    repository.commit({});
    expect((await open()).isRead).toBe(false);
    repository.commit({ 'api/index.js': '2' });
    const changed = await open();
    expect(changed.isRead).toBe(true);
    expect(hashesIn(changed)).not.toEqual(hashesIn(first));
    repository.commit({ 'api/index.js': '1' });
    const back = await open();
    expect(back.isRead).toBe(false);
    expect(hashesIn(back)).toEqual(hashesIn(first));
  });

  test('is of one build of this program, and sources that are run as they lie have none', async () => {
    await open();
    expect((await open({ build: 'two' })).isRead).toBe(true);
    rmSync(folder, { recursive: true });
    await open({ build: null });
    expect(() => memos()).toThrow('ENOENT');
  });

  test('is of one lock: this machine has pins of its own where it has mirrors or a lab', async () => {
    const committed = await open();
    const lock = (digit: string): string =>
      `version: 1\nimages: { "debian:12": "sha256:${digit.repeat(64)}" }\n`;
    const env = { MILLRACE_LAB: '1' };
    const own = join(repository.folder, '.git/millrace/shop.lab.lock.yaml');
    writeFileSync(own, lock('b'));
    const inLab = await open({ env });
    expect(inLab.isRead).toBe(true);
    expect(hashesIn(inLab)).not.toEqual(hashesIn(committed));
    expect((await open({ env })).isRead).toBe(false);
    writeFileSync(own, lock('c'));
    const refreshed = await open({ env });
    expect(refreshed.isRead).toBe(true);
    expect(hashesIn(refreshed)).not.toEqual(hashesIn(inLab));
    expect(hashesIn(await open())).toEqual(hashesIn(committed));
  });

  test('never makes that something is built with other pins than its hash was computed of', async () => {
    const env = { MILLRACE_LAB: '1' };
    const own = join(repository.folder, '.git/millrace/shop.lab.lock.yaml');
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, `version: 1\nimages: { "debian:12": "${DIGEST}" }\n`);
    await open({ env });
    const opened = await openCommit({ root: repository.folder, env }, {}, { build: 'one' });
    writeFileSync(own, `version: 1\nimages: { "debian:12": "sha256:${'b'.repeat(64)}" }\n`);
    await expect(opened.load()).rejects.toMatchObject({ code: 'CHANGED_MEANWHILE' });
  });

  test('is of one folder of the repository', async () => {
    const files = { 'project.yaml': 'project: other\n', 'x/Dockerfile': 'FROM scratch\n' };
    repository.commit(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`other/${path}`, text])),
    );
    await open();
    const other = await open({ root: join(repository.folder, 'other') });
    expect(other.isRead).toBe(true);
    expect(other.summary.project.project).toBe('other');
    expect((await open({ root: join(repository.folder, 'other') })).isRead).toBe(false);
  });

  test.each<[string, (path: string) => void]>([
    ['cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, 300))],
    ['empty', (path) => writeFileSync(path, '')],
    ['changed in one digit of a hash', (path) => flipDigit(path)],
    ['no text', (path) => writeFileSync(path, Buffer.from([0xff, 10, 0xfe]))],
    ['a folder', (path) => (rmSync(path), mkdirSync(path))],
    ['not readable as JSON', (path) => writeFileSync(path, `${'0'.repeat(64)}\n{`)],
  ])('that is %s is none', async (_, damage) => {
    const first = await open();
    damage(join(folder, memos()[0]!));
    const second = await open();
    expect(second.isRead).toBe(true);
    expect(hashesIn(second)).toEqual(hashesIn(first));
  });

  test('that lies under the key of another commit is none', async () => {
    await open();
    const [foreign] = memos();
    repository.commit({ 'api/index.js': '2' });
    const right = await open();
    const [own] = memos().filter((name) => name !== foreign);
    copyFileSync(join(folder, foreign!), join(folder, own!));
    const again = await open();
    expect(again.isRead).toBe(true);
    expect(hashesIn(again)).toEqual(hashesIn(right));
  });

  test('is done without where it cannot be written', async () => {
    writeFileSync(join(repository.folder, '.git/millrace'), 'a file, so that no folder can be made');
    expect((await open()).isRead).toBe(true);
    expect((await open()).isRead).toBe(true);
  });

  test('is not made in a pipeline, nor believed there', async () => {
    await open();
    expect((await open({ env: { MILLRACE_ROLE: 'deliver' } })).isRead).toBe(true);
    rmSync(folder, { recursive: true });
    await open({ env: { MILLRACE_ROLE: 'verify' } });
    expect(() => memos()).toThrow('ENOENT');
  });

  test('does not hide that files differ, and is not made of what is not committed', async () => {
    await open();
    repository.write({ 'api/index.js': 'changed' });
    await expect(open()).rejects.toMatchObject({ code: 'DIRTY_TREE' });
    const before = memos();
    expect(hashesIn(await open({ dirty: true }))).not.toEqual(hashesIn(await open({ rev: 'HEAD' })));
    expect(memos()).toEqual(before);
  });

  test('is not made of a commit that cannot be hashed', async () => {
    repository.commit({ 'base/Dockerfile': 'FROM unpinned:1\n' });
    await expect(open()).rejects.toMatchObject({ code: 'UNPINNED' });
    await expect(open()).rejects.toMatchObject({ code: 'UNPINNED' });
    expect(() => memos()).toThrow('ENOENT');
  });

  test('is whole whoever else writes it at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => open()));
    expect(new Set(all.map((one) => JSON.stringify(hashesIn(one)))).size).toBe(1);
    expect(memos()).toHaveLength(1);
    expect((await open()).isRead).toBe(false);
  });

  test('makes room: the oldest go above fifty', async () => {
    mkdirSync(folder, { recursive: true });
    for (let age = 1; age <= 60; age++) {
      const path = join(folder, `${age}.json`);
      writeFileSync(path, '');
      utimesSync(path, 1e9 - age, 1e9 - age);
    }
    await open();
    expect(memos()).toHaveLength(50);
    expect((await open()).isRead).toBe(false);
    expect(
      memos()
        .filter((name) => /^\d{1,2}\.json$/.test(name))
        .sort(),
    ).toEqual(Array.from({ length: 49 }, (_, index) => `${index + 1}.json`).sort());
  });
});

function flipDigit(path: string): void {
  const text = readFileSync(path, 'utf8');
  const place = text.lastIndexOf('"image:base","') + '"image:base","'.length;
  writeFileSync(path, text.slice(0, place) + (text[place] === '0' ? '1' : '0') + text.slice(place + 1));
}

async function settle(opening: Promise<Opened>): Promise<unknown> {
  try {
    const opened = await opening;
    return { ...opened.summary, hashes: hashesIn(opened) };
  } catch (error) {
    return (error as { code: string }).code;
  }
}
