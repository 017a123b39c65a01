import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { draftProject } from '../../generator/init/draft-project.ts';
import { lookAtRepository } from '../../generator/adapters/look-at-repository.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'look-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
const git = (...words: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
    cwd: root,
    stdio: 'pipe',
  });

describe('with git', () => {
  beforeEach(() => git('init', '-q', '-b', 'trunk'));

  test('what git tracks or would track is seen, what it ignores is not', async () => {
    write({
      '.gitignore': 'out/\n',
      'out/Dockerfile': 'FROM x',
      'api/Dockerfile': 'FROM y',
      'web/Dockerfile': 'FROM z',
    });
    git('add', 'api');
    const { paths, texts } = await lookAtRepository(root);
    expect(paths).toEqual(['.gitignore', 'api/Dockerfile', 'web/Dockerfile']);
    expect([...texts.keys()]).toEqual(['api/Dockerfile', 'web/Dockerfile']);
  });

  test('the remote is named without its password, and the branch is the one that the remote calls its head', async () => {
    write({ a: '' });
    git('add', 'a');
    git('commit', '-qm', 'a');
    git('remote', 'add', 'origin', 'https://alice:s3cret@git.example.com/acme/shop.git');
    expect(await lookAtRepository(root)).toMatchObject({
      remote: 'https://git.example.com/acme/shop.git',
      branch: 'trunk',
    });
    git('branch', 'master');
    expect(await lookAtRepository(root)).toMatchObject({ branch: 'master' });
    git('update-ref', 'refs/remotes/origin/release', 'HEAD');
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/release');
    expect(await lookAtRepository(root)).toMatchObject({ branch: 'release' });
  });

  test('file names with spaces, quotes, newlines and other scripts are kept as they are', async () => {
    const names = [
      'a b/Dockerfile',
      'c"d\'e/Dockerfile',
      'f\ng/Dockerfile',
      'größe/Dockerfile',
      '日本/Dockerfile',
    ];
    write(Object.fromEntries(names.map((name) => [name, 'FROM debian:bookworm-slim\n'])));
    const look = await lookAtRepository(root);
    expect(look.paths).toEqual([...names].sort());
    expect(draftProject(look, { version: '0.1.0' }).text).toContain('"c\\"d\'e"');
  });
});

test('without git, a walk sees the same, but for hidden folders and node_modules', async () => {
  write({
    'api/Dockerfile': 'FROM x',
    'node_modules/x/Dockerfile': '',
    '.cache/Dockerfile': '',
    '.env': 'A=1',
  });
  expect((await lookAtRepository(root)).paths).toEqual(['.env', 'api/Dockerfile']);
});

test('links, binaries and files that are too large are not read', async () => {
  write({
    'a/Dockerfile': new Uint8Array([70, 0, 1]),
    'b/Dockerfile': 'x'.repeat(101),
    'c/Dockerfile': 'FROM x',
  });
  symlinkSync('/etc/passwd', join(root, 'Dockerfile'));
  const { texts, notes } = await lookAtRepository(root, { paths: 100, texts: 10, size: 100 });
  expect([...texts.keys()]).toEqual(['c/Dockerfile']);
  expect(notes).toEqual(['b/Dockerfile: larger than 0.09765625 KiB, not read']);
});

test('limits end a look at too much, and say so', async () => {
  write(Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`s${number}/Dockerfile`, 'FROM x'])));
  const { paths, texts, notes } = await lookAtRepository(root, { paths: 4, texts: 2, size: 100 });
  expect([paths.length, texts.size]).toEqual([4, 2]);
  expect(notes).toEqual([
    'only the first 2 Dockerfiles, stacks and templates were read',
    'only the first 4 files were looked at',
  ]);
});

test('a folder that is empty, or none, is an empty look', async () => {
  expect((await lookAtRepository(root)).paths).toEqual([]);
  expect((await lookAtRepository(join(root, 'nothing'))).paths).toEqual([]);
});
