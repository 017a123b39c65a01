import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openGitHistory } from '../../generator/adapters/git/git-history.ts';
import { openGitRepository } from '../../generator/adapters/git/git-repository.ts';
import { readRecentHashes } from '../../generator/cli/read-recent-hashes.ts';
import type { RecentHashes } from '../../generator/cli/read-recent-hashes.ts';

let folder: string;
/** Each commit is a second after the one before: git orders by the second. */
let time = 1_700_000_000;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recent-hashes-'));
  git('init', '-q', '-b', 'main');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]): string => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'protocol.file.allow=always'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_COMMITTER_DATE: `${time++} +0000` },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
};
const commit = (files: Record<string, string>): string => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'change');
  return git('rev-parse', 'HEAD');
};
const release = (version: string): string =>
  commit({
    'project.yaml': 'project: shop\nimages: { api: { context: api } }\n',
    'api/Dockerfile': 'FROM scratch\nCOPY version /\n',
    'api/version': version,
  });
const read = (commits: number, { root = folder, env = {} } = {}): Promise<RecentHashes> =>
  readRecentHashes({
    project: { branch: 'main', retention: { commits, days: 30 } },
    repository: openGitRepository(root),
    history: openGitHistory(root),
    invocation: { root, env },
  });

test('the hashes of the last commits, each with the newest that has it; a revert brings an old one back', async () => {
  const [one, two] = [release('1'), release('2')];
  const back = release('1');
  const recent = await read(2);
  expect(recent.commits).toEqual([back, two]);
  expect([...recent.images]).toEqual(['api']);
  const all = await read(3);
  expect(all.commits).toEqual([back, two, one]);
  // One hash for each of two versions of the image, and those of the jobs.
  expect(all.wanted).toEqual(recent.wanted);
  expect(recent.unreadable).toEqual([]);
});

test('merged branches do not push the tips before them out', async () => {
  const first = release('1');
  git('checkout', '-q', '-b', 'side');
  for (const version of ['2', '3', '4']) release(version);
  git('checkout', '-q', 'main');
  git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
  const { commits } = await read(2);
  expect(commits).toContain(first);
  expect(commits.length).toBeGreaterThanOrEqual(3);
});

test('commits of the branch are placed with the hashes they have; others are not', async () => {
  const [old, next] = [release('1'), release('2')];
  release('3');
  git('checkout', '-q', '-b', 'side');
  const other = release('4');
  git('checkout', '-q', 'main');
  const recent = await read(1);
  const placed = await recent.placeCommits([old, next, other, 'f'.repeat(40)]);
  expect([...placed.keys()]).toEqual([old, next]);
  expect([...placed.get(old)!].length).toBeGreaterThan(0);
});

test('a commit whose project is not valid is told of, one from before the project is not', async () => {
  commit({ 'README.md': 'begin\n' });
  const broken = commit({ 'project.yaml': 'project: shop\nimages: 7\n' });
  release('1');
  expect((await read(3)).unreadable).toEqual([broken]);
});

test('a shallow clone that has fewer commits ends it, and one that has enough does not', async () => {
  for (const version of ['1', '2', '3', '4']) release(version);
  const shallow = mkdtempSync(join(tmpdir(), 'recent-shallow-'));
  try {
    git('clone', '-q', '--depth', '2', `file://${folder}`, join(shallow, 'clone'));
    const root = join(shallow, 'clone');
    await expect(read(3, { root })).rejects.toMatchObject({ code: 'SHALLOW_HISTORY' });
    expect((await read(2, { root })).commits).toHaveLength(2);
  } finally {
    rmSync(shallow, { recursive: true, force: true });
  }
});

test('a commit that is named and not there is an error, never the end of the history', async () => {
  const first = release('1');
  release('2');
  rmSync(join(folder, '.git/objects', first.slice(0, 2), first.slice(2)));
  await expect(read(5)).rejects.toMatchObject({ code: 'GIT_FAILED' });
});

test('without the branch there is nothing to go by, but where a pipeline of it has checked its commit out', async () => {
  release('1');
  git('checkout', '-q', '--detach');
  git('branch', '-q', '-D', 'main');
  await expect(read(1)).rejects.toMatchObject({ code: 'NO_BRANCH' });
  expect((await read(1, { env: { MILLRACE_ROLE: 'deliver' } })).commits).toHaveLength(1);
});
