import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command as hash } from '../../generator/cli/hash.ts';
import { createOutput } from '../../generator/report/output.ts';
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const repository = TemporaryRepository.make();
afterAll(() => repository.remove());

const PROJECT = [
  'project: millrace',
  'images:',
  '  jenkins-controller: { context: jenkins-image, target: controller }',
  'jobs:',
  '  nightly: { steps: [ { sh: script/test } ] }',
  '',
].join('\n');

/** The lock with a digest for each base of our own Dockerfile, and further pins. */
function lockOf(dockerfile: string, further: Readonly<Record<string, string>>): string {
  const bases = [...dockerfile.matchAll(/^FROM (\S+:\S+)/gm)].map((one) => one[1]!);
  const pins = { ...Object.fromEntries(bases.map((base) => [base, 'a'])), ...further };
  const lines = Object.entries(pins).map(([name, letter]) => `  "${name}": "sha256:${letter.repeat(64)}"`);
  return ['version: 1', 'images:', ...lines, ''].join('\n');
}

function filesBelow(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((path) => statSync(join(ROOT, path)).isFile())
      .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
  );
}

async function hashOf(): Promise<string> {
  let text = '';
  const output = createOutput(
    { stdout: { write: (piece: string) => (text += piece) }, stderr: { write: () => undefined } },
    { json: true, quiet: true, env: {} },
  );
  const code = await hash.run({
    args: [],
    options: { json: true },
    root: repository.folder,
    env: {},
    output,
  });
  expect(code).toBe(0);
  return (JSON.parse(text) as { components: Record<string, { hash: string }> }).components[
    'image:jenkins-controller'
  ]!.hash;
}

const image = filesBelow('jenkins-image');
const dockerfile = image['jenkins-image/Dockerfile']!;
let before = '';
beforeAll(async () => {
  repository.commit({
    ...image,
    'project.yaml': PROJECT,
    'project.lock.yaml': lockOf(dockerfile, {}),
    'README.md': 'one\n',
    'jenkins/jobs.groovy': '// one\n',
  });
  before = await hashOf();
});

describe('the hash of the controller’s image', () => {
  test.each([
    ['the README', { 'README.md': 'two\n' }],
    ['a job', { 'jenkins/jobs.groovy': '// two\n' }],
    ['a job in project.yaml', { 'project.yaml': PROJECT.replace('script/test', 'script/other') }],
    ['the controller’s configuration', { 'jenkins/casc.yaml': 'jenkins: {}\n' }],
    ['another image’s pin in the lock', { 'project.lock.yaml': lockOf(dockerfile, { 'redis:7': 'b' }) }],
    ['the list that plugins.txt is made from', { 'jenkins-image/plugins.yaml': '# not installed\n' }],
  ])('does not change by an edit of %s', async (_, files) => {
    repository.commit(files);
    expect(await hashOf()).toBe(before);
  });

  test('changes by a plugin’s version', async () => {
    const plugins = image['jenkins-image/plugins.txt']!;
    repository.commit({ 'jenkins-image/plugins.txt': plugins.replace(/^git:.*$/m, 'git:0.0.1') });
    expect(await hashOf()).not.toBe(before);
  });
});
