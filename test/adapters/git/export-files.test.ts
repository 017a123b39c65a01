import { afterAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPORT_TIME } from '../../../generator/adapters/git/export-files.ts';
import { openGitRepository } from '../../../generator/adapters/git/git-repository.ts';
import type { TreeEntry } from '../../../generator/model/commit-files.ts';
import { TemporaryRepository } from './temporary-repository.ts';
import type { Content } from './temporary-repository.ts';

const root = mkdtempSync(join(tmpdir(), 'millrace-export-'));
const made: TemporaryRepository[] = [];
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
  made.forEach((one) => one.remove());
});
let count = 0;

async function exportOf(
  files: Readonly<Record<string, Content>>,
  prepare: (repository: TemporaryRepository) => void = () => undefined,
): Promise<string> {
  const repository = TemporaryRepository.make();
  made.push(repository);
  prepare(repository);
  repository.commit(files);
  return exportAgain(repository);
}
async function exportAgain(
  repository: TemporaryRepository,
  change = (list: readonly TreeEntry[]) => list,
): Promise<string> {
  const git = openGitRepository(repository.folder);
  const folder = join(root, String(count++));
  await git.exportFiles(change((await git.readCommit()).list('')), folder);
  return folder;
}
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string | Buffer, size = content.length): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(content)}\nsize ${size}\n`;

/** Puts content where Git LFS would have fetched it to. */
function keepObject({ folder }: TemporaryRepository, content: string | Buffer, oid = sha256(content)): void {
  const target = join(folder, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4));
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, oid), content);
}

describe('an export', () => {
  test('has content, modes and links, whatever the umask, and no time of its own', async () => {
    const before = process.umask(0o077);
    try {
      const folder = await exportOf({
        'a/b/file': 'text\n',
        'a/run': { executable: '#!/bin/sh\n' },
        'a/empty': '',
        'ü "q"\t': 'odd',
        link: { link: 'a/b/file' },
      });
      const stats = (path: string) => lstatSync(join(folder, path));
      const mode = (path: string): string => (stats(path).mode & 0o7777).toString(8);
      expect(readFileSync(join(folder, 'a/b/file'), 'utf8')).toBe('text\n');
      expect(readFileSync(join(folder, 'ü "q"\t'), 'utf8')).toBe('odd');
      expect(stats('a/empty').size).toBe(0);
      expect([mode('a/b/file'), mode('a/run'), mode('a'), mode('a/b'), mode('.')]).toEqual([
        '644',
        '755',
        '755',
        '755',
        '755',
      ]);
      expect(readlinkSync(join(folder, 'link'))).toBe('a/b/file');
      for (const path of ['.', 'a', 'a/b', 'a/b/file', 'a/run', 'a/empty', 'link'])
        expect([path, stats(path).mtimeMs]).toEqual([path, EXPORT_TIME * 1000]);
    } finally {
      process.umask(before);
    }
  });

  test('is of the blobs, not of what a checkout makes of them', async () => {
    const folder = await exportOf(
      { '.gitattributes': '*.txt eol=crlf ident\n', 'a.txt': 'one\ntwo $Id$\n' },
      (repository) => repository.git('config', 'core.autocrlf', 'true'),
    );
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one\ntwo $Id$\n');
  });

  test('has of the entries those that it was given, and nothing else', async () => {
    const repository = TemporaryRepository.make();
    made.push(repository);
    repository.commit({ a: '1', 'b/c': '2', 'b/d': '3' });
    const folder = await exportAgain(repository, (list) => list.filter(({ path }) => path === 'b/c'));
    expect((readdirSync(folder, { recursive: true }) as string[]).sort()).toEqual(['b', 'b/c']);
  });

  test('takes large files piece by piece, whole', async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, 'line of a large file\n');
    const folder = await exportOf({ large, small: 'x', 'large-2': large.subarray(1) });
    expect(sha256(readFileSync(join(folder, 'large')))).toBe(sha256(large));
    expect(sha256(readFileSync(join(folder, 'large-2')))).toBe(sha256(large.subarray(1)));
    expect(readFileSync(join(folder, 'small'), 'utf8')).toBe('x');
  });

  test('of a work tree has what is not committed', async () => {
    const repository = TemporaryRepository.make();
    made.push(repository);
    repository.commit({ a: '1' });
    repository.write({ a: 'changed', b: 'new' });
    const git = openGitRepository(repository.folder);
    const folder = join(root, String(count++));
    await git.exportFiles((await git.readWorkTree()).list(''), folder);
    expect(['a', 'b'].map((path) => readFileSync(join(folder, path), 'utf8'))).toEqual(['changed', 'new']);
  });
});

describe('what would lead out of the folder', () => {
  test('a link is written as it is, and not followed', async () => {
    const folder = await exportOf({ out: { link: '../../../etc' }, root: { link: '/etc/passwd' } });
    expect([readlinkSync(join(folder, 'out')), readlinkSync(join(folder, 'root'))]).toEqual([
      '../../../etc',
      '/etc/passwd',
    ]);
  });

  test('no file is written through a link, be it in the list or in the folder', async () => {
    const repository = TemporaryRepository.make();
    made.push(repository);
    repository.commit({ a: 'text', link: { link: '..' } });
    const outside = join(root, 'evil');
    await expect(
      exportAgain(repository, (list) =>
        list.map((entry) => (entry.path === 'a' ? { ...entry, path: 'link/evil' } : entry)),
      ),
    ).rejects.toThrow();
    expect(lstatSync(outside, { throwIfNoEntry: false })).toBeUndefined();

    const folder = join(root, String(count));
    mkdirSync(folder);
    symlinkSync(outside, join(folder, 'a'));
    await expect(exportAgain(repository)).rejects.toThrow('EEXIST');
    expect(lstatSync(outside, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.each(['../x', 'a/../../x', '/x', 'a//x', './x', ''])('the path %j is refused', async (path) => {
    const repository = TemporaryRepository.make();
    made.push(repository);
    repository.commit({ a: 'text' });
    await expect(
      exportAgain(repository, (list) => list.map((entry) => ({ ...entry, path }))),
    ).rejects.toThrow("not a file's path");
  });

  test('a submodule is refused by its path', async () => {
    const repository = TemporaryRepository.make();
    made.push(repository);
    const commit = repository.commit({ a: '' });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},vendor/sub`);
    repository.git('commit', '--quiet', '--message=x');
    await expect(exportAgain(repository)).rejects.toMatchObject({
      code: 'SUBMODULE',
      message: expect.stringContaining('vendor/sub'),
    });
  });
});

describe('a pointer of Git LFS', () => {
  const content = Buffer.alloc(3_000_000, 'large content\n');

  test('becomes the content that it names, with the mode of the pointer', async () => {
    const folder = await exportOf(
      { 'model.bin': pointerTo(content), run: { executable: pointerTo('#!') } },
      (repository) => {
        keepObject(repository, content);
        keepObject(repository, '#!');
      },
    );
    expect(sha256(readFileSync(join(folder, 'model.bin')))).toBe(sha256(content));
    expect(readFileSync(join(folder, 'run'), 'utf8')).toBe('#!');
    expect(lstatSync(join(folder, 'run')).mode & 0o777).toBe(0o755);
  });

  test.each<[string, string, (repository: TemporaryRepository) => void]>([
    ['is not here', pointerTo(content), () => undefined],
    [
      'has another SHA-256',
      pointerTo('good'),
      (repository) => keepObject(repository, 'evil', sha256('good')),
    ],
    ['has 4 bytes, expected 5', pointerTo('good', 5), (repository) => keepObject(repository, 'good')],
  ])('whose content %s is refused, with its path and what fetches it', async (said, pointer, prepare) => {
    await expect(exportOf({ 'a/model.bin': pointer }, prepare)).rejects.toMatchObject({
      code: 'LFS_OBJECT',
      message: expect.stringMatching(new RegExp(`^a/model\\.bin: .*${said}.*git lfs pull`)),
      problems: [{ file: 'a/model.bin' }],
    });
  });

  test.each([
    ['text about one', `See:\n${pointerTo('x')}`],
    ['one with more in it', `${pointerTo('x')}more\n`],
    ['another version', pointerTo('x').replace('v1', 'v9')],
    ['no digest', pointerTo('x').replace(/[0-9a-f]{64}/, 'abc')],
  ])('%s is none, and stays', async (_, text) => {
    expect(readFileSync(join(await exportOf({ a: text }), 'a'), 'utf8')).toBe(text);
  });
});
