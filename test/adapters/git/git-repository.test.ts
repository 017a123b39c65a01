import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGitRepository } from '../../../generator/adapters/git/git-repository.ts';
import type { CommitFiles } from '../../../generator/model/commit-files.ts';
import type { UserError } from '../../../generator/model/user-error.ts';
import { TemporaryRepository } from './temporary-repository.ts';
import type { Content } from './temporary-repository.ts';

const made: { remove: () => void }[] = [];
afterAll(() => made.forEach((one) => one.remove()));
const make = (options: readonly string[] = []): TemporaryRepository => {
  const repository = TemporaryRepository.make(options);
  made.push(repository);
  return repository;
};
const emptyFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-clone-'));
  made.push({ remove: () => rmSync(folder, { recursive: true, force: true }) });
  return folder;
};

const FILES: Readonly<Record<string, Content>> = {
  'project.yaml': 'project: shop\n',
  'api/Dockerfile': 'FROM scratch\n',
  'api/run.sh': { executable: '#!/bin/sh\n' },
  'api/lib/deep/a.js': 'a',
  'api-2/x': '',
  'api.txt': '',
  'name with spaces/ü "quoted"\t.txt': 'odd',
  'name\nwith a newline': 'odd',
  now: { link: 'api' },
  'links/up': { link: '../api/Dockerfile' },
  'links/twice': { link: './up' },
  'links/out': { link: '../../etc/passwd' },
  'links/root': { link: '/etc/passwd' },
  'links/loop': { link: 'loop' },
  'links/nowhere': { link: 'missing' },
};

function original(options: readonly string[] = []): TemporaryRepository {
  const repository = make(options);
  repository.commit({ 'project.yaml': 'first', old: '' });
  repository.write({ old: null });
  repository.commit(FILES);
  return repository;
}
const SHARED = original();
const textOf = (files: CommitFiles, path: string): string | undefined => {
  const bytes = files.read(path);
  return bytes && Buffer.from(bytes).toString('utf8');
};
const open = (folder: string, revision?: string): Promise<CommitFiles> =>
  openGitRepository(folder).readCommit(revision);

describe('files of a commit', () => {
  test('are listed as git lists them', async () => {
    const files = await open(SHARED.folder);
    const listed = SHARED.git('ls-tree', '-r', '-z', 'HEAD').split('\0').filter(Boolean);
    expect(files.list('').map(({ mode, oid, path }) => `${mode} blob ${oid}\t${path}`)).toEqual(listed);
    expect(files.list('api').map(({ path }) => path)).toEqual(['Dockerfile', 'lib/deep/a.js', 'run.sh']);
    expect(files.list('api.txt')).toEqual([]);
    expect(files.list('none')).toEqual([]);
  });

  test('have their modes and ids; a folder is a tree', async () => {
    const files = await open(SHARED.folder);
    expect(files.entry('api/run.sh')).toMatchObject({ mode: '100755', path: 'api/run.sh' });
    expect(files.entry('./api/')).toEqual({
      mode: '040000',
      oid: SHARED.git('rev-parse', 'HEAD:api'),
      path: 'api',
    });
    expect(files.entry('')).toEqual({
      mode: '040000',
      oid: SHARED.git('rev-parse', 'HEAD^{tree}'),
      path: '',
    });
    expect(files.entry('now')?.mode).toBe('120000');
    expect(files.entry('now/Dockerfile')).toBeUndefined();
    expect(files.entry('api/none')).toBeUndefined();
    expect(files.entry('api.txt/none')).toBeUndefined();
    expect(files.revision).toBe(SHARED.git('rev-parse', 'HEAD'));
  });

  test('are read and told apart as a work tree does: links followed, never out of the repository', async () => {
    const files = await open(SHARED.folder);
    expect(textOf(files, 'api/lib/deep/a.js')).toBe('a');
    expect(textOf(files, 'now/Dockerfile')).toBe('FROM scratch\n');
    expect(textOf(files, 'links/twice')).toBe('FROM scratch\n');
    expect(textOf(files, 'name with spaces/ü "quoted"\t.txt')).toBe('odd');
    expect(textOf(files, 'name\nwith a newline')).toBe('odd');
    expect(files.kind('now')).toBe('directory');
    expect(files.kind('links/up')).toBe('file');
    for (const path of [
      'links/out',
      'links/root',
      'links/loop',
      'links/nowhere',
      '../x',
      'none',
      'api.txt/x',
    ])
      expect([path, files.kind(path), files.read(path)]).toEqual([path, 'none', undefined]);
    expect(files.read('api')).toBeUndefined();
    expect(files.list('now').map(({ path }) => path)).toContain('run.sh');
  });

  test('name the links on the way', async () => {
    const files = await open(SHARED.folder);
    expect(files.follow!('links/twice')).toEqual(['links/twice', 'links/up', 'api/Dockerfile']);
    expect(files.follow!('now/lib')).toEqual(['now', 'api/lib']);
    expect(files.follow!('api/lib')).toEqual(['api/lib']);
    expect(files.follow!('links/loop')).toEqual([]);
    expect(files.follow!('none')).toEqual([]);
  });

  test('what is prepared changes no answer', async () => {
    const [plain, prepared] = await Promise.all([open(SHARED.folder), open(SHARED.folder)]);
    const paths = [
      ...Object.keys(FILES),
      'api/lib',
      'none',
      'none/x',
      'api/none',
      '',
      'now/Dockerfile',
      '../x',
    ];
    prepared.prepare!(paths);
    prepared.prepareLists!(['api', 'now', 'none', '']);
    for (const path of paths) {
      expect([path, prepared.kind(path), prepared.entry(path), textOf(prepared, path)]).toEqual([
        path,
        plain.kind(path),
        plain.entry(path),
        textOf(plain, path),
      ]);
      expect(prepared.list(path)).toEqual(plain.list(path));
    }
  });

  test('of another revision come without a checkout', async () => {
    const files = await open(SHARED.folder, 'HEAD~1');
    expect(textOf(files, 'project.yaml')).toBe('first');
    expect(files.kind('old')).toBe('file');
    expect(files.kind('api')).toBe('none');
  });

  test('say whether there may be submodules', async () => {
    expect((await open(SHARED.folder)).mayHoldSubmodules).toBe(false);
    const repository = make();
    repository.commit({ 'project.yaml': '', '.gitmodules': '' });
    expect((await open(repository.folder)).mayHoldSubmodules).toBe(true);
  });
});

describe('the same commit is the same everywhere', () => {
  const everything = async (folder: string, revision?: string): Promise<string> => {
    const files = await open(folder, revision);
    return JSON.stringify([files.entry('')?.oid, files.list(''), files.read('project.yaml')]);
  };
  const clone = (...options: string[]): string => {
    const folder = join(emptyFolder(), 'clone');
    SHARED.git('clone', '--quiet', ...options, `file://${SHARED.folder}`, folder);
    return folder;
  };

  test.each<[string, () => string]>([
    ['a clone', () => clone()],
    ['a shallow clone', () => clone('--depth=1')],
    ['a bare clone', () => clone('--bare')],
    ['a bare and shallow clone', () => clone('--bare', '--depth=1')],
    ['a mirror', () => clone('--mirror')],
    ['a clone that checks out other line endings', () => clone('--config', 'core.autocrlf=true')],
    ['a clone that knows no modes', () => clone('--config', 'core.fileMode=false')],
    ['a clone that quotes paths', () => clone('--config', 'core.quotePath=true')],
    [
      'a clone that checks out a part',
      () => {
        const folder = clone();
        new TemporaryRepository(folder).git('sparse-checkout', 'set', 'api');
        return folder;
      },
    ],
    [
      'a worktree',
      () => {
        const folder = join(emptyFolder(), 'tree');
        SHARED.git('worktree', 'add', '--quiet', '--detach', folder);
        return folder;
      },
    ],
  ])('%s', async (_, prepare) => {
    expect(await everything(prepare())).toBe(await everything(SHARED.folder));
  });

  test('whatever a hook or a user has in the environment', async () => {
    const other = make();
    other.commit({ 'project.yaml': 'other' });
    const before = await everything(SHARED.folder);
    const set = {
      GIT_DIR: join(other.folder, '.git'),
      GIT_WORK_TREE: other.folder,
      GIT_INDEX_FILE: '/nonexistent',
      GIT_OBJECT_DIRECTORY: '/nonexistent',
      GIT_PREFIX: 'x/',
      GIT_ICASE_PATHSPECS: '1',
      LC_ALL: 'de_DE.UTF-8',
    };
    Object.assign(process.env, set);
    try {
      expect(await everything(SHARED.folder)).toBe(before);
    } finally {
      for (const name of Object.keys(set)) delete process.env[name];
    }
  });

  test('whatever was put in the place of a commit or a file', async () => {
    const repository = original();
    const before = await everything(repository.folder);
    const blob = repository.git('rev-parse', 'HEAD:project.yaml');
    repository.git('replace', blob, repository.git('rev-parse', 'HEAD~1:project.yaml'));
    repository.git('replace', 'HEAD', 'HEAD~1');
    expect(await everything(repository.folder, 'HEAD')).toBe(before);
  });

  test('a repository with SHA-256 has the same files, by other ids', async () => {
    const files = await open(original(['--object-format=sha256']).folder);
    expect(files.entry('')?.oid).toMatch(/^[0-9a-f]{64}$/);
    expect(files.list('').map(({ path }) => path)).toEqual(
      (await open(SHARED.folder)).list('').map(({ path }) => path),
    );
    expect(textOf(files, 'now/Dockerfile')).toBe('FROM scratch\n');
  });
});

describe('a project in a folder of the repository', () => {
  const repository = make();
  repository.commit({
    'a b/shop/project.yaml': 'inner',
    'a b/shop/api/x': 'x',
    'project.yaml': 'outer',
    '.gitmodules': '',
  });
  const folder = join(repository.folder, 'a b/shop');

  test('has paths from that folder, and nothing above it', async () => {
    const files = await open(folder);
    expect(textOf(files, 'project.yaml')).toBe('inner');
    expect(files.list('').map(({ path }) => path)).toEqual(['api/x', 'project.yaml']);
    expect(files.kind('../../project.yaml')).toBe('none');
    expect(files.mayHoldSubmodules).toBe(true);
  });

  test('that the commit does not have is said to be missing', async () => {
    repository.write({ 'new/project.yaml': '' });
    await expect(open(join(repository.folder, 'new'))).rejects.toMatchObject({
      code: 'NO_REVISION',
      message: expect.stringContaining('new/'),
    });
  });
});

describe('what is not there', () => {
  const failure = async (run: Promise<unknown>): Promise<string> =>
    run.then(
      () => 'nothing failed',
      (error: UserError) => `${error.code}: ${error.message}`,
    );

  test('a repository', async () => {
    expect(await failure(open(emptyFolder()))).toMatch(
      /^NO_REPOSITORY: expected a git repository here, found none/,
    );
  });
  test('a commit', async () => {
    const empty = make();
    expect(await failure(open(empty.folder))).toMatch(/^NO_REVISION: expected a commit, found none yet/);
  });
  test.each(['nope', 'HEAD~9', 'f'.repeat(40), 'HEAD:project.yaml', '--all', '-h', ''])(
    'the revision %j',
    async (revision) => {
      expect(await failure(open(SHARED.folder, revision))).toMatch(/^NO_REVISION: there is no commit /);
    },
  );
  test('an object: a hash is refused, not made of what is left', async () => {
    const repository = original();
    const oid = repository.git('rev-parse', 'HEAD:api/lib');
    rmSync(join(repository.folder, '.git/objects', oid.slice(0, 2), oid.slice(2)));
    const files = await open(repository.folder);
    expect(() => files.list('api')).toThrow(/git could not list|lacks the object/);
    expect(() => files.entry('api/lib/deep')).toThrow(oid);
  });
  test('a name that is text', async () => {
    const repository = make();
    const blob = repository.git('hash-object', '-w', '--stdin');
    const tree = Buffer.concat([Buffer.from('100644 caf\xe9\0', 'latin1'), Buffer.from(blob, 'hex')]);
    repository.write({ tree });
    const oid = repository.git('hash-object', '-t', 'tree', '-w', '--literally', 'tree');
    repository.git('update-ref', 'HEAD', repository.git('commit-tree', '-m', 'x', oid));
    expect(await failure(open(repository.folder))).toMatch(/^PATH_NOT_UTF8: .*caf/);
  });
});

describe('isAncestor', () => {
  test('says yes, no, and nothing where the history is not here', async () => {
    const repository = make();
    const [first, second] = [repository.commit({ a: '1' }), repository.commit({ a: '2' })];
    repository.git('checkout', '--quiet', '-b', 'side', first);
    const side = repository.commit({ a: '3' });
    const { isAncestor } = openGitRepository(repository.folder);
    expect(await isAncestor(first, second)).toBe(true);
    expect(await isAncestor(second, second)).toBe(true);
    expect(await isAncestor(second, side)).toBe(false);
    expect(await isAncestor('f'.repeat(40), side)).toBeUndefined();
    const shallow = join(emptyFolder(), 'shallow');
    repository.git(
      'clone',
      '--quiet',
      '--depth=1',
      '--no-single-branch',
      `file://${repository.folder}`,
      shallow,
    );
    expect(await openGitRepository(shallow).isAncestor(side, second)).toBeUndefined();
  });
});
