import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workTreeFiles } from '../../../generator/adapters/work-tree-files.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { formatProblem } from '../../../generator/model/problem.ts';
import { problemsOf } from '../repository.ts';

const STAYS = 'paths are relative to project.yaml and stay inside the repository';

describe('paths of project.yaml', () => {
  test.each([
    [
      'images: { a: { context: none } }',
      `2:25  images.a.context: expected a directory, found none at "none"; ${STAYS}`,
    ],
    [
      'images: { a: { context: play.yml } }',
      '2:25  images.a.context: expected a directory, found a file at "play.yml"',
    ],
    [
      'images: { a: { context: ., inputs: [play.yml, x] } }',
      `2:47  images.a.inputs[1]: expected a path, found none at "x"; ${STAYS}`,
    ],
    [
      'stacks: { a: { file: folder } }',
      '2:22  stacks.a.file: expected a file, found a directory at "folder"',
    ],
    [
      'stacks: { a: { file: x.yml } }',
      `2:22  stacks.a.file: expected a file, found none at "x.yml"; ${STAYS}`,
    ],
    ['ssh_keys: [play.yml]', '2:12  ssh_keys[0]: "play.yml" is not an SSH public key'],
    [
      'images: { a: { context: ../x } }',
      '2:25  images.a.context: expected a path inside the repository, found "../x"; paths cannot go upwards (..)',
    ],
    [
      'images: { a: { context: a/../../x } }',
      '2:25  images.a.context: expected a path inside the repository, found "a/../../x"; paths cannot go upwards (..)',
    ],
    [
      'images: { a: { context: /etc } }',
      '2:25  images.a.context: expected a path relative to project.yaml, found "/etc"; remove what comes before the repository',
    ],
    [
      'images: { a: { context: "C:/x" } }',
      '2:25  images.a.context: expected a path relative to project.yaml, found "C:/x"; remove what comes before the repository',
    ],
    [
      'images: { a: { context: "a\\\\b" } }',
      '2:25  images.a.context: expected forward slashes, found "a\\\\b"; write / for \\',
    ],
    ['images: { a: { context: "" } }', '2:25  images.a.context: expected one line of text, not empty'],
    [
      'images: { a: { context: ., dockerfile: ../Dockerfile } }',
      '2:40  images.a.dockerfile: expected a path inside the repository, found "../Dockerfile"; paths cannot go upwards (..)',
    ],
  ])('%s', (line, problem) => {
    expect(problemsOf(`project: shop\n${line}\n`, { 'folder/x': '' })).toEqual([
      expect.stringContaining(`project.yaml:${problem}`),
    ]);
  });

  test('a private key is no public one', () => {
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\n';
    expect(problemsOf('project: shop\nssh_keys: [id]\n', { id: key })).toEqual([
      'project.yaml:2:12  ssh_keys[0]: "id" is a private key; name the public one (.pub), and take the private one out of the repository',
    ]);
  });
});

describe('on a disk', () => {
  let root = '';
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'));
    root = join(folder, 'repository');
    mkdirSync(join(root, 'inside'), { recursive: true });
    mkdirSync(join(folder, 'outside'));
    for (const place of [join(root, 'inside'), join(folder, 'outside')])
      writeFileSync(join(place, 'Dockerfile'), 'FROM scratch\n');
  });
  afterEach(() => rmSync(join(root, '..'), { recursive: true }));

  function problems(context: string): string[] {
    writeFileSync(join(root, 'project.yaml'), `project: shop\nimages: { a: { context: ${context} } }\n`);
    return loadProject(workTreeFiles(root)).problems.map(formatProblem);
  }

  test('a link that stays inside is followed', () => {
    symlinkSync('inside', join(root, 'link'));
    expect(problems('link')).toEqual([]);
  });

  test.each(['../outside', '/', 'nowhere', 'link'])('a link to %s counts as absent', (target) => {
    symlinkSync(target, join(root, 'link'));
    expect(problems('link')).toEqual([
      `project.yaml:2:25  images.a.context: expected a directory, found none at "link"; ${STAYS}`,
    ]);
  });
});
