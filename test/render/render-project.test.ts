import { describe, expect, test } from '@jest/globals';
import { createTwoFilesPatch } from 'diff';
import { join } from 'node:path';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { workTreeFiles } from '../../generator/adapters/work-tree-files.ts';
import { loadProject } from '../../generator/load/load-project.ts';
import { formatProblem } from '../../generator/model/problem.ts';
import type { RepositoryFiles } from '../../generator/model/repository-files.ts';
import { renderProject } from '../../generator/render/render-project.ts';
import { REPOSITORY, readTree, writeTree } from './read-tree.ts';

const GOLDEN = join(REPOSITORY, 'test/golden');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
/** What is the same for every project; test/golden/library holds it once. */
const LIBRARY = /^(vars|docs)\/|^resources\/[^/]+$/;

/** Projects with whole expected trees: their files are looked for in these folders, one after the other. */
const PROJECTS: Readonly<Record<string, readonly string[]>> = {
  minimal: ['test/golden/minimal.project'],
  platform: ['.'],
  shop: ['test/golden/shop.project', 'test/samples/shop'],
  hostile: ['test/golden/hostile.project'],
};

function filesIn(folders: readonly string[]): RepositoryFiles {
  const trees = folders.map((folder) => workTreeFiles(join(REPOSITORY, folder)));
  const holder = (path: string): RepositoryFiles | undefined =>
    trees.find((tree) => tree.kind(path) !== 'none');
  return {
    read: (path) => holder(path)?.read(path),
    kind: (path) => holder(path)?.kind(path) ?? 'none',
  };
}

const rendered = new Map<string, Map<string, string>>();

function filesOf(name: string): Map<string, string> {
  const known = rendered.get(name) ?? render(PROJECTS[name]!);
  rendered.set(name, known);
  return known;
}

function render(folders: readonly string[]): Map<string, string> {
  const result = loadProject(filesIn(folders));
  if (!result.loaded) throw new Error(result.problems.map(formatProblem).join('\n'));
  return renderProject(result.loaded.project, result.loaded.jobs, readPackageSources());
}

function keep(files: ReadonlyMap<string, string>, wanted: (path: string) => boolean): Map<string, string> {
  return new Map([...files].filter(([path]) => wanted(path)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Patches from the expected to the rendered tree; a golden tree is rewritten by UPDATE_GOLDEN=1. */
function compare(name: string, files: ReadonlyMap<string, string>): string {
  const folder = join(GOLDEN, name);
  if (UPDATE) writeTree(folder, files);
  const expected = readTree(folder);
  const paths = [...new Set([...expected.keys(), ...files.keys()])].sort();
  return paths
    .filter((path) => expected.get(path) !== files.get(path))
    .map((path) =>
      createTwoFilesPatch(
        expected.has(path) ? `expected/${path}` : '/dev/null',
        files.has(path) ? `rendered/${path}` : '/dev/null',
        expected.get(path) ?? '',
        files.get(path) ?? '',
      ),
    )
    .join('');
}

describe.each(Object.keys(PROJECTS))('the project %s', (name) => {
  test('is rendered as its golden tree', () => {
    expect(
      compare(
        name,
        keep(filesOf(name), (path) => !LIBRARY.test(path)),
      ),
    ).toBe('');
  });

  test('has the library that every project has', () => {
    const library = keep(filesOf(name), (path) => LIBRARY.test(path));
    if (name === 'minimal') expect(compare('library', library)).toBe('');
    else expect([...library]).toEqual([...keep(filesOf('minimal'), (path) => LIBRARY.test(path))]);
  });

  test('says in the first line of each pipeline and job file what to edit', () => {
    for (const [path, text] of keep(filesOf(name), (one) => !LIBRARY.test(one)))
      expect(`${path}: ${text.split('\n')[0]!}`).toContain('Generated from project.yaml: edit that file');
  });

  test('ends each file in one line end, and no line in a space that no text put there', () => {
    for (const [path, text] of filesOf(name)) {
      expect(`${path}: ${/[^\n]\n$/.test(text)}`).toBe(`${path}: true`);
      if (!path.endsWith('.txt')) expect(text.split('\n').filter((line) => / $/.test(line))).toEqual([]);
    }
  });
});

describe('renderProject', () => {
  test('gives the same bytes for the same project', () => {
    const folders = PROJECTS['shop']!;
    expect([...render(folders)]).toEqual([...render(folders)]);
  });

  test('writes a Jenkinsfile whose length does not grow with the project', () => {
    // Whom to tell, and with which credential, is said in it; what the project is made of is not.
    const stagesOf = (name: string): string[] =>
      filesOf(name).get('Jenkinsfile')!.split('\n    post {')[0]!.trimEnd().split('\n');
    expect(Math.abs(stagesOf('shop').length - stagesOf('minimal').length)).toBeLessThanOrEqual(1);
  });

  test('pushes by SSH to a host that has one of the listed keys', () => {
    const project = `project: shop
repository: git@git.example.com:shop.git
scm: { push: push, host_keys: ["git.example.com ssh-ed25519 AAAA", "git.example.com ssh-rsa BBBB"] }
`;
    const { loaded } = loadProject({
      read: (path) => (path === 'project.yaml' ? Buffer.from(project) : undefined),
      kind: (path) => (path === 'project.yaml' ? 'file' : 'none'),
    });
    const files = renderProject(loaded!.project, loaded!.jobs, readPackageSources());
    expect(files.get('jenkins/refresh.Jenkinsfile')).toContain(`
                        branch: 'millrace/refresh',
                        credential: 'push',
                        ssh: true,
                        hostKeys: [
                            'git.example.com ssh-ed25519 AAAA',
                            'git.example.com ssh-rsa BBBB',
                        ],
                        message: `);
  });
});
