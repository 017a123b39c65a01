import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { openGitRepository } from '../../../generator/adapters/git/git-repository.ts';
import { TemporaryRepository } from './temporary-repository.ts';
import type { Content } from './temporary-repository.ts';

const made: TemporaryRepository[] = [];
afterAll(() => made.forEach((one) => one.remove()));

const FILES: Readonly<Record<string, Content>> = {
  'project.yaml': 'project: shop\n',
  '.gitignore': '*.log\nbuild/\n',
  'api/a': 'a\n',
  'api/b': 'b\n',
  'api/run': { executable: 'x\n' },
  'api/link': { link: 'a' },
  'tracked.log': 'tracked, though it is ignored\n',
};
function make(
  files: Readonly<Record<string, Content>> = FILES,
  settings: Readonly<Record<string, string>> = {},
): TemporaryRepository {
  const repository = TemporaryRepository.make();
  made.push(repository);
  for (const [name, value] of Object.entries(settings)) repository.git('config', name, value);
  repository.write(files);
  repository.git('add', '--all', '--force');
  repository.commit();
  return repository;
}

/** Everything below .git but where commands note what they did last. */
function stateOf({ folder }: TemporaryRepository): Record<string, string> {
  const root = join(folder, '.git');
  const paths = (readdirSync(root, { recursive: true }) as string[]).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return Object.fromEntries(
    paths.sort().map((path) => [
      path,
      createHash('sha1')
        .update(readFileSync(join(root, path)))
        .digest('hex'),
    ]),
  );
}
const dirtyOf = (repository: TemporaryRepository, folder = ''): Promise<string[]> =>
  openGitRepository(join(repository.folder, folder)).listDirty();
const dirtyTree = async ({ folder }: TemporaryRepository): Promise<string | undefined> =>
  (await openGitRepository(folder).readWorkTree()).entry('')?.oid;
function committed(repository: TemporaryRepository): string {
  repository.commit();
  return repository.git('rev-parse', 'HEAD^{tree}');
}

describe('listDirty', () => {
  test.each<[string, (repository: TemporaryRepository) => void, string[]]>([
    ['nothing', () => undefined, []],
    ['a change', (r) => r.write({ 'api/a': 'x' }), ['api/a']],
    ['a change of the same size in the same instant', (r) => r.write({ 'api/a': 'b\n' }), ['api/a']],
    [
      'a staged change',
      (r) => {
        r.write({ 'api/a': 'x' });
        r.git('add', '-A');
      },
      ['api/a'],
    ],
    ['a file taken away', (r) => r.write({ 'api/a': null }), ['api/a']],
    ['a removal that is staged', (r) => r.git('rm', '-q', 'api/a'), ['api/a']],
    ['a mode', (r) => chmodSync(join(r.folder, 'api/a'), 0o755), ['api/a']],
    ["a link's target", (r) => r.write({ 'api/link': { link: 'b' } }), ['api/link']],
    ['new files, in new folders too', (r) => r.write({ 'new/x/y': '', 'ü "q"': '' }), ['new/x/y', 'ü "q"']],
    [
      'a file that was only announced',
      (r) => {
        r.write({ n: 'x' });
        r.git('add', '-N', 'n');
      },
      ['n'],
    ],
    ['ignored files', (r) => r.write({ 'x.log': '', 'build/out': '' }), []],
    ['a tracked file that is ignored', (r) => r.write({ 'tracked.log': 'x' }), ['tracked.log']],
    ['a rename', (r) => r.git('mv', 'api/a', 'api/c'), ['api/a', 'api/c']],
    ['an empty folder', (r) => r.write({ 'e/x': '' }).write({ 'e/x': null }), []],
    ['a file that was only touched', (r) => utimesSync(join(r.folder, 'api/a'), 1, 1), []],
  ])('names %s', async (_, edit, expected) => {
    const repository = make();
    edit(repository);
    const before = stateOf(repository);
    expect(await dirtyOf(repository)).toEqual(expected);
    expect(stateOf(repository)).toEqual(before);
  });

  test('of a project in a folder says nothing of what lies beside it', async () => {
    const repository = make({ 'shop/project.yaml': '', 'other/x': '' });
    repository.write({ 'other/x': 'y', 'other/new': '', 'shop/new': '', 'shop/project.yaml': 'x' });
    expect(await dirtyOf(repository, 'shop')).toEqual(['new', 'project.yaml']);
  });

  test('does not listen to settings that hide files', async () => {
    const repository = make(FILES, { 'status.showUntrackedFiles': 'no', 'status.renames': 'copies' });
    repository.write({ new: '' });
    expect(await dirtyOf(repository)).toEqual(['new']);
  });

  test('finds nothing in a bare repository', async () => {
    const repository = make();
    repository.git('clone', '--quiet', '--bare', '.', 'bare.git');
    expect(await dirtyOf(repository, 'bare.git')).toEqual([]);
  });

  test('a checkout without a commit has no HEAD to differ from', async () => {
    const repository = TemporaryRepository.make();
    made.push(repository);
    await expect(dirtyOf(repository)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});

describe('readWorkTree', () => {
  test('has content, modes and links as they are now, and no revision', async () => {
    const repository = make();
    repository.write({
      'api/a': 'new',
      'api/b': { executable: 'b\n' },
      'api/link': { link: 'run' },
      'x.log': '',
    });
    const files = await openGitRepository(repository.folder).readWorkTree();
    expect(files.revision).toBeNull();
    expect(Buffer.from(files.read('api/a')!).toString()).toBe('new');
    expect(files.entry('api/b')?.mode).toBe('100755');
    expect(files.follow!('api/link')).toEqual(['api/link', 'api/run']);
    expect(files.kind('x.log')).toBe('none');
    expect(files.kind('tracked.log')).toBe('file');
  });

  test.each<
    [
      string,
      Readonly<Record<string, string>>,
      Readonly<Record<string, Content>>,
      Readonly<Record<string, Content>>,
    ]
  >([
    ['line endings that git normalises', { 'core.autocrlf': 'true' }, FILES, { 'api/a': 'one\r\ntwo\r\n' }],
    [
      'line endings by attributes',
      {},
      { ...FILES, '.gitattributes': '* text=auto\n' },
      { 'api/a': 'one\r\n' },
    ],
    [
      'a clean filter',
      { 'filter.up.clean': 'tr a-z A-Z', 'filter.up.smudge': 'cat' },
      { ...FILES, '.gitattributes': 'api/a filter=up\n' },
      { 'api/a': 'abc\n' },
    ],
    ['modes that are not looked at', { 'core.fileMode': 'false' }, FILES, { 'api/a': { executable: 'a\n' } }],
    ['an index in two parts', { 'core.splitIndex': 'true' }, FILES, { 'api/a': 'x' }],
    ['an index with a cache of untracked files', { 'core.untrackedCache': 'true' }, FILES, { new: 'x' }],
  ])('is what committing gives, with %s', async (_, settings, files, edit) => {
    const repository = make(files, settings);
    repository.write(edit);
    const before = stateOf(repository);
    const tree = await dirtyTree(repository);
    expect(stateOf(repository)).toEqual(before);
    expect(tree).toBe(committed(repository));
  });

  test('is what committing gives in a worktree, a folder and a repository without a commit', async () => {
    const repository = make({ 'shop/project.yaml': '', 'shop/a': '', 'other/x': '' });
    repository.write({ 'shop/a': 'new', 'other/x': 'new' });
    const files = await openGitRepository(join(repository.folder, 'shop')).readWorkTree();
    repository.commit();
    expect(files.entry('')?.oid).toBe(repository.git('rev-parse', 'HEAD:shop'));

    repository.git('worktree', 'add', '--quiet', '--detach', 'tree');
    const worktree = new TemporaryRepository(join(repository.folder, 'tree')).write({ 'shop/b': '' });
    const tree = await dirtyTree(worktree);
    expect(tree).toBe(committed(worktree));

    const fresh = TemporaryRepository.make();
    made.push(fresh.write({ 'project.yaml': 'x' }));
    const first = await dirtyTree(fresh);
    expect(existsSync(join(fresh.folder, '.git/index'))).toBe(false);
    expect(first).toBe(committed(fresh));
  });

  test('sees a change of the same size that was made in the instant of git add', async () => {
    const repository = make();
    for (let round = 0; round < 5; round++) {
      repository.write({ 'api/a': `${round}x\n` });
      repository.git('add', 'api/a');
      repository.write({ 'api/a': `${round}y\n` });
      const tree = await dirtyTree(repository);
      expect(tree).toBe(committed(repository));
    }
  });

  test('is what committing gives, whatever was edited, and leaves index and objects as they are', async () => {
    const path = fc.constantFrom(
      'api/a',
      'api/b',
      'api/run',
      'api/link',
      'api',
      'new',
      'new/deep/x',
      'x.log',
      'tracked.log',
      'build/out',
      '.gitignore',
    );
    const content = fc.oneof(
      fc.constantFrom<Content>(
        null,
        '',
        'a\n',
        'b\n',
        { executable: 'a\n' },
        { link: 'a' },
        { link: '../../out' },
        '*\n',
        '!*.log\n',
      ),
      fc.string().map((text): Content => text),
    );
    const edit = fc.record({ path, content, stage: fc.constantFrom('no', 'no', 'add', 'intent', 'unstage') });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        const repository = make();
        for (const { path: target, content: now, stage } of edits) {
          tryTo(() => repository.write({ [target]: now }));
          if (stage === 'add') tryTo(() => repository.git('add', '--all', '--', target));
          if (stage === 'intent') tryTo(() => repository.git('add', '-N', '--', target));
          if (stage === 'unstage') tryTo(() => repository.git('rm', '-rq', '--cached', '--', target));
        }
        const before = stateOf(repository);
        const tree = await dirtyTree(repository);
        expect(stateOf(repository)).toEqual(before);
        const isClean = (await dirtyOf(repository)).length === 0;
        const head = repository.git('rev-parse', 'HEAD^{tree}');
        expect(tree).toBe(committed(repository));
        // What is called clean would commit nothing.
        if (isClean) expect(tree).toBe(head);
        repository.remove();
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

/** A file where a folder would have to be, a path that git does not know: then nothing is edited. */
function tryTo(edit: () => unknown): void {
  try {
    edit();
  } catch {
    return;
  }
}
