import { describe, expect, test } from '@jest/globals';
import { contextEntries, contextInputs } from '../../generator/hash/context-inputs.ts';
import type { UserError } from '../../generator/model/user-error.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';
import type { FakeFile } from '../fakes/commit-files.ts';

const FILES = {
  'api/Dockerfile': 'FROM scratch\n',
  'api/a.js': 'a',
  'api/lib/b.js': 'b',
  'api/lib/b.md': 'doc',
  'api/run': { executable: '#!/bin/sh\n' },
  'api/link': { link: 'a.js' },
  'other/c.js': 'c',
};
const IMAGE = { context: './api/' };

function inputsOf(more: Readonly<Record<string, FakeFile>> = {}, image = IMAGE) {
  return contextInputs(commitFilesOf({ ...FILES, ...more }), image);
}
function pathsOf(
  more: Readonly<Record<string, FakeFile>>,
  image: { context: string; dockerfile?: string } = IMAGE,
) {
  return contextEntries(commitFilesOf({ ...FILES, ...more }), image).map(({ path }) => path);
}
function errorOf(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    return error as UserError;
  }
  throw new Error('nothing was thrown');
}

describe('a context without an ignore file', () => {
  test('is one tree, and nothing of it is listed', () => {
    const files = commitFilesOf(FILES);
    const inputs = contextInputs(
      {
        ...files,
        mayHoldSubmodules: false,
        list: () => {
          throw new Error('listed');
        },
      },
      IMAGE,
    );
    expect(inputs).toEqual([{ type: 'tree', name: 'api', value: files.entry('api')!.oid }]);
  });

  test.each<[string, Record<string, FakeFile>]>([
    ['content', { 'api/a.js': 'other' }],
    ['a mode', { 'api/a.js': { executable: 'a' } }],
    ["a link's target", { 'api/link': { link: 'lib/b.js' } }],
    ['a new file', { 'api/new': '' }],
  ])('changes by %s', (_, more) => {
    expect(inputsOf(more)).not.toEqual(inputsOf());
  });

  test('changes where two files swap their content', () => {
    expect(inputsOf({ 'api/a.js': 'b', 'api/lib/b.js': 'a' })).not.toEqual(inputsOf());
  });

  test('does not change by what lies elsewhere', () => {
    expect(inputsOf({ 'other/c.js': 'x', 'apix/a.js': 'x', 'api.js': 'x' })).toEqual(inputsOf());
  });
});

describe('a context with an ignore file', () => {
  const ignore = { 'api/.dockerignore': '**/*.md\n' };

  test('is the files that it leaves, with mode and path', () => {
    const files = commitFilesOf({ ...FILES, ...ignore });
    const value = (path: string): string => `${files.entry(path)!.mode} ${files.entry(path)!.oid}`;
    const left = ['.dockerignore', 'Dockerfile', 'a.js', 'lib/b.js', 'link', 'run'];
    expect(contextInputs(files, IMAGE)).toEqual(
      left.map((path) => ({ type: 'file', name: `api/${path}`, value: value(`api/${path}`) })),
    );
  });

  test('does not change by a file that is ignored', () => {
    expect(inputsOf({ ...ignore, 'api/lib/b.md': 'other', 'api/new.md': '' })).toEqual(inputsOf(ignore));
  });

  test.each<[string, Record<string, FakeFile>]>([
    ['content', { 'api/a.js': 'other' }],
    ['a mode', { 'api/a.js': { executable: 'a' } }],
    ['a new file', { 'api/new': '' }],
    ['a pattern', { 'api/.dockerignore': '**/*.md\nlib\n' }],
  ])('changes by %s', (_, more) => {
    expect(inputsOf({ ...ignore, ...more })).not.toEqual(inputsOf(ignore));
  });

  test('the one beside the Dockerfile goes before that of the context', () => {
    const both = {
      ...ignore,
      'api/docker/main': 'FROM scratch\n',
      'api/docker/main.dockerignore': '*\n!a.js\n',
    };
    expect(pathsOf(both, { context: 'api', dockerfile: 'docker/main' })).toEqual(['a.js']);
    expect(pathsOf(both)).toContain('docker/main');
  });

  test('leaves the Dockerfile out of what is sent where a pattern says so', () => {
    expect(pathsOf({ 'api/.dockerignore': 'Dockerfile\n.dockerignore\n' })).toEqual([
      'a.js',
      'lib/b.js',
      'lib/b.md',
      'link',
      'run',
    ]);
  });

  test('one that Docker refuses is refused, with its name and line', () => {
    expect(errorOf(() => inputsOf({ 'api/.dockerignore': '[\n' }))).toMatchObject({
      code: 'BAD_IGNORE_FILE',
      problems: [{ file: 'api/.dockerignore' }],
    });
    const long = errorOf(() => inputsOf({ 'api/.dockerignore': `a\n${'x'.repeat(70_000)}\n` }));
    expect(long.problems[0]).toMatchObject({ file: 'api/.dockerignore', line: 2 });
  });
});

describe('a submodule', () => {
  const submodule = { 'api/vendor/sub': { submodule: 'c'.repeat(40) } };

  test('in a context is refused, by its path', () => {
    for (const ignore of [{}, { 'api/.dockerignore': '*.md\n' }] as Record<string, FakeFile>[])
      expect(errorOf(() => inputsOf({ ...submodule, ...ignore }))).toMatchObject({
        code: 'SUBMODULE',
        message: expect.stringContaining('api/vendor/sub'),
      });
  });

  test('that is ignored, or lies elsewhere, disturbs nobody', () => {
    expect(pathsOf({ ...submodule, 'api/.dockerignore': 'vendor\n' })).not.toContain('vendor/sub');
    expect(inputsOf({ 'other/sub': { submodule: 'c'.repeat(40) } })).toEqual(inputsOf());
  });
});

test('a context that is a link is what it leads to', () => {
  const linked = { now: { link: 'api' } };
  expect(pathsOf(linked, { context: 'now' })).toEqual(pathsOf({}));
});
