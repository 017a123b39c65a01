import { expect, test } from '@jest/globals';
import { emptyLock, readLock } from '../../generator/load/read-lock.ts';
import { formatProblem } from '../../generator/model/problem.ts';
import type { UserError } from '../../generator/model/user-error.ts';
import { repositoryOf } from './repository.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function problemsOf(text: string | Uint8Array): string[] {
  try {
    readLock(repositoryOf({ 'project.lock.yaml': text }));
  } catch (error) {
    expect((error as UserError).code).toBe('INVALID_LOCK');
    return (error as UserError).problems.map(formatProblem);
  }
  return [];
}

test('a lock is what it says; what it leaves out is empty', () => {
  const text = `version: 1\nimages: { "debian:12": "${DIGEST}" }\namis: { node: { eu-central-1: ami-0123456789abcdef0 } }\n`;
  expect(readLock(repositoryOf({ 'project.lock.yaml': text }))).toEqual({
    version: 1,
    images: { 'debian:12': DIGEST },
    amis: { node: { 'eu-central-1': 'ami-0123456789abcdef0' } },
    epochs: {},
  });
});

test('a lock that is not there is empty', () => {
  expect(readLock(repositoryOf({}))).toEqual(emptyLock());
  expect(emptyLock()).toEqual({ version: 1, images: {}, amis: {}, epochs: {} });
});

test('another file may be the lock', () => {
  const files = repositoryOf({
    'project.lock.yaml': 'nonsense',
    'lab.lock.yaml': 'version: 1\nepochs: { "image:api": 2 }\n',
  });
  expect(readLock(files, 'lab.lock.yaml').epochs).toEqual({ 'image:api': 2 });
});

test('everything that is wrong is said at once, each with its place', () => {
  expect(
    problemsOf(`version: 1\nimages:\n  "debian:12": latest\nepochs: { "image:api": -1 }\nimage: {}\n`),
  ).toEqual([
    expect.stringMatching(/^project\.lock\.yaml:3:16 {2}images\."debian:12": .*sha256/),
    expect.stringMatching(/^project\.lock\.yaml:4:24 {2}epochs\."image:api": /),
    expect.stringMatching(/^project\.lock\.yaml:5:1 {2}image: .*images/),
  ]);
});

test.each<[string, string | Uint8Array, RegExp]>([
  ['not YAML', 'version: [\n', /is not YAML/],
  ['another version', 'version: 2\n', /version/],
  ['a conflict of a merge', 'version: 1\n<<<<<<< HEAD\nimages: {}\n=======\n', /project\.lock\.yaml:[23]:/],
  ['a list', '- 1\n', /project\.lock\.yaml:1:1/],
  ['binary', new Uint8Array([0, 1, 2]), /is binary/],
])('a lock that is %s is refused', (_, text, expected) => {
  expect(problemsOf(text)[0]).toMatch(expected);
});
