import { expect, test } from '@jest/globals';
import { diffFiles, diffInputs } from '../../generator/hash/diff-inputs.ts';
import { contextInputs } from '../../generator/hash/context-inputs.ts';
import { commitFilesOf } from '../fakes/commit-files.ts';
import type { FakeFile } from '../fakes/commit-files.ts';

test('says what came, went and changed, and nothing of the rest', () => {
  const before = [
    { type: 'arg', name: 'A', value: '1' },
    { type: 'arg', name: 'B', value: '1' },
    { type: 'target', name: 'stage', value: 'run' },
  ];
  const after = [
    { type: 'arg', name: 'B', value: '2' },
    { type: 'arg', name: 'C', value: '' },
    { type: 'target', name: 'stage', value: 'run' },
  ];
  expect(diffInputs(before, after)).toEqual([
    { type: 'arg', name: 'A', before: '1' },
    { type: 'arg', name: 'B', before: '1', after: '2' },
    { type: 'arg', name: 'C', after: '' },
  ]);
  expect(diffInputs(after, after)).toEqual([]);
});

function sideOf(record: Readonly<Record<string, FakeFile>>) {
  const files = commitFilesOf(record);
  return { files, inputs: contextInputs(files, { context: 'api' }) };
}
const FILES = { 'api/Dockerfile': 'FROM scratch\n', 'api/a': 'a', 'api/b/c': 'c', 'api/b/d': 'd' };
const said = (before: Record<string, FakeFile>, after: Record<string, FakeFile>): string[] =>
  diffFiles(sideOf(before), sideOf(after)).map((change) => `${change.type} ${change.name}`);

test('takes a folder apart into the files that differ', () => {
  expect(said(FILES, { ...FILES, 'api/b/c': 'other', 'api/e': '' })).toEqual(['file api/b/c', 'file api/e']);
  expect(said(FILES, { ...FILES, 'api/b/d': { executable: 'd' } })).toEqual(['file api/b/d']);
});

test('a folder stands against files where an ignore file came or went', () => {
  expect(said(FILES, { ...FILES, 'api/.dockerignore': 'b/c\n' })).toEqual([
    'file api/.dockerignore',
    'file api/b/c',
  ]);
});
