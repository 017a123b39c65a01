import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chmodSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGitRepository } from '../../../generator/adapters/git/git-repository.ts';
import { TemporaryRepository } from './temporary-repository.ts';
import type { Content } from './temporary-repository.ts';

const made: TemporaryRepository[] = [];
afterAll(() => made.forEach((one) => one.remove()));

function make(): TemporaryRepository {
  const repository = TemporaryRepository.make();
  made.push(repository);
  repository.commit({
    'project.yaml': 'project: shop\n',
    '.gitignore': '*.log\nbuild/\n',
    'api/a': 'a\n',
    'api/deep/b': 'b\n',
    'web/c': 'c\n',
  });
  return repository;
}
const withCopy = ({ folder }: TemporaryRepository, leastBytes = 0): Promise<string[]> =>
  openGitRepository(folder, { leastBytes }).listDirty();
const without = ({ folder }: TemporaryRepository): Promise<string[]> => openGitRepository(folder).listDirty();
const copiesOf = ({ folder }: TemporaryRepository, gitFolder = '.git'): string[] => {
  try {
    return readdirSync(join(folder, gitFolder, 'millrace'));
  } catch {
    return [];
  }
};
const indexOf = ({ folder }: TemporaryRepository): Buffer => readFileSync(join(folder, '.git/index'));

describe('a copy of the index', () => {
  test('is kept in the git directory, one at a time, and the user’s index stays as it is', async () => {
    const repository = make();
    const index = indexOf(repository);
    expect(await withCopy(repository)).toEqual([]);
    const first = copiesOf(repository);
    expect(first).toHaveLength(1);
    expect(await withCopy(repository)).toEqual([]);
    expect(copiesOf(repository)).toEqual(first);
    expect(indexOf(repository)).toEqual(index);
    repository.commit({ 'api/a': 'new\n' });
    expect(await withCopy(repository)).toEqual([]);
    expect(copiesOf(repository)).toHaveLength(1);
    expect(copiesOf(repository)).not.toEqual(first);
  });

  test('remembers what no folder held, so that git opens none again', async () => {
    const repository = make();
    // Long ago: what was changed in the instant of the look is looked at again.
    for (const folder of ['', 'api', 'api/deep', 'web']) utimesSync(join(repository.folder, folder), 1, 1);
    await withCopy(repository);
    const copy = join(repository.folder, '.git/millrace', copiesOf(repository)[0]!);
    expect(readFileSync(copy).includes('UNTR')).toBe(true);
    const written = readFileSync(copy);
    await withCopy(repository);
    expect(readFileSync(copy)).toEqual(written);
  });

  test('is not made of a small index, in a folder below the top, or without being asked', async () => {
    const repository = make();
    await withCopy(repository, 100_000);
    await without(repository);
    await openGitRepository(join(repository.folder, 'api'), { leastBytes: 0 }).listDirty();
    expect(copiesOf(repository)).toEqual([]);
  });

  test('of a worktree lies in its own git directory', async () => {
    const repository = make();
    repository.git('worktree', 'add', '--quiet', '--detach', 'tree');
    const worktree = new TemporaryRepository(join(repository.folder, 'tree'));
    made.push(worktree);
    expect(await withCopy(worktree)).toEqual([]);
    expect(copiesOf(repository)).toEqual([]);
    expect(copiesOf(repository, '.git/worktrees/tree')).toHaveLength(1);
    worktree.write({ new: '' });
    expect(await withCopy(worktree)).toEqual(['new']);
  });

  test.each(['', 'DIRC', 'no index'])(
    'that was spoilt (%j) is done without, and made again',
    async (text) => {
      const repository = make();
      await withCopy(repository);
      const path = join(repository.folder, '.git/millrace', copiesOf(repository)[0]!);
      writeFileSync(path, text);
      expect(await withCopy(repository)).toEqual([]);
      expect(await withCopy(repository)).toEqual([]);
      expect(readFileSync(path).subarray(0, 4).toString()).toBe('DIRC');
      repository.write({ 'web/new': '' });
      expect(await withCopy(repository)).toEqual(['web/new']);
    },
  );

  test('that cannot be made is done without', async () => {
    const repository = make();
    writeFileSync(join(repository.folder, '.git/millrace'), 'a file where the folder would be');
    repository.write({ 'web/new': '' });
    expect(await withCopy(repository)).toEqual(['web/new']);
  });

  test('a lock that a killed run left is removed after a while', async () => {
    const repository = make();
    await withCopy(repository);
    const lock = join(repository.folder, '.git/millrace', `${copiesOf(repository)[0]!}.lock`);
    writeFileSync(lock, '');
    expect(await withCopy(repository)).toEqual([]);
    expect(copiesOf(repository)).toHaveLength(2);
    utimesSync(lock, 1, 1);
    expect(await withCopy(repository)).toEqual([]);
    expect(copiesOf(repository)).toHaveLength(1);
  });

  test("runs no hook: the user's are about the user's index", async () => {
    const repository = make();
    const hook = join(repository.folder, '.git/hooks/post-index-change');
    repository.write({ '.git/hooks/post-index-change': '#!/bin/sh\necho ran >> "$PWD/.git/ran"\n' });
    chmodSync(hook, 0o755);
    await withCopy(repository);
    expect(readdirSync(join(repository.folder, '.git'))).not.toContain('ran');
  });
});

test('with a copy, the same is found after any edits', async () => {
  const paths = ['api/a', 'api/deep/b', 'web/c', 'web/new', 'new/deep/x', 'x.log', 'build/out'];
  const path = fc.constantFrom(...paths, '.gitignore', 'web/.gitignore', '.git/info/exclude');
  const content = fc.constantFrom<Content>(null, '', 'a\n', 'b\n', { link: 'a' }, '*\n', '!*.log\n', 'new\n');
  const stage = fc.constantFrom('no', 'no', 'no', 'add', 'unstage', 'commit', 'restore');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ path, content, stage }), { minLength: 2, maxLength: 8 }),
      async (edits) => {
        const repository = make();
        await withCopy(repository);
        for (const edit of edits) {
          tryTo(() => repository.write({ [edit.path]: edit.content }));
          tryTo(() => {
            if (edit.stage === 'add') repository.git('add', '--all');
            if (edit.stage === 'unstage') repository.git('rm', '-rqf', '--cached', '--', edit.path);
            if (edit.stage === 'commit') repository.commit();
            if (edit.stage === 'restore') repository.git('reset', '--quiet', '--hard');
          });
          expect(await withCopy(repository)).toEqual(await without(repository));
        }
        repository.remove();
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

/** A file where a folder would have to be, a path that git does not know: then nothing is edited. */
function tryTo(edit: () => unknown): void {
  try {
    edit();
  } catch {
    // As above.
  }
}
