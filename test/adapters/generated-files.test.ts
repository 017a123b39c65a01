import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MANIFEST, applyFileChanges, planFileChanges } from '../../generator/adapters/generated-files.ts';
import { UserError } from '../../generator/model/user-error.ts';

const MARK = '// Generated from project.yaml: edit that file and run `millrace generate`.\n';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function generate(files: Record<string, string>): ReturnType<typeof planFileChanges> {
  const rendered = new Map(Object.entries(files));
  const changes = planFileChanges(root, rendered);
  applyFileChanges(root, rendered, changes);
  return changes;
}

function manifest(): string[] {
  return (JSON.parse(readFileSync(join(root, MANIFEST), 'utf8')) as { files: string[] }).files;
}

describe('writing what differs', () => {
  test('a second run has nothing to do and touches no file', () => {
    generate({ Jenkinsfile: `${MARK}a`, 'jenkins/x.Jenkinsfile': `${MARK}b` });
    const before = statSync(join(root, 'Jenkinsfile')).mtimeMs;
    expect(generate({ Jenkinsfile: `${MARK}a`, 'jenkins/x.Jenkinsfile': `${MARK}b` })).toEqual([]);
    expect(statSync(join(root, 'Jenkinsfile')).mtimeMs).toBe(before);
  });

  test('only the file whose content differs is written', () => {
    generate({ Jenkinsfile: `${MARK}a`, 'vars/x.groovy': `${MARK}b` });
    const untouched = statSync(join(root, 'vars/x.groovy')).ino;
    expect(
      generate({ Jenkinsfile: `${MARK}c`, 'vars/x.groovy': `${MARK}b` }).map(({ path, action }) => [
        path,
        action,
      ]),
    ).toEqual([['Jenkinsfile', 'change']]);
    expect(readFileSync(join(root, 'Jenkinsfile'), 'utf8')).toBe(`${MARK}c`);
    expect(statSync(join(root, 'vars/x.groovy')).ino).toBe(untouched);
  });

  test('no file of a second name stays behind', () => {
    generate({ 'jenkins/a.Jenkinsfile': MARK });
    expect(readdirSync(join(root, 'jenkins')).sort()).toEqual(['a.Jenkinsfile', 'generated.json']);
  });
});

describe('removing what a former run wrote', () => {
  test('an orphan goes, and the folder that held nothing else', () => {
    generate({ Jenkinsfile: MARK, 'jenkins/smoke/a.Jenkinsfile': MARK });
    const changes = generate({ Jenkinsfile: MARK });
    expect(changes.map(({ path, action }) => [path, action])).toContainEqual([
      'jenkins/smoke/a.Jenkinsfile',
      'delete',
    ]);
    expect(existsSync(join(root, 'jenkins/smoke'))).toBe(false);
    expect(manifest()).toEqual(['Jenkinsfile']);
  });

  test("a file of the user's beside generated ones stays", () => {
    generate({ 'jenkins/smoke/a.Jenkinsfile': MARK });
    writeFileSync(join(root, 'jenkins/smoke/mine.txt'), 'mine');
    generate({});
    expect(readFileSync(join(root, 'jenkins/smoke/mine.txt'), 'utf8')).toBe('mine');
  });

  test.each(['../outside', '/etc/hostname', 'src/main.ts', 'jenkins/../../outside', 'Jenkinsfile/../x'])(
    'a manifest that names %s removes nothing there',
    (path) => {
      mkdirSync(join(root, 'jenkins'), { recursive: true });
      writeFileSync(join(root, MANIFEST), JSON.stringify({ version: 1, files: [path] }));
      expect(planFileChanges(root, new Map()).filter(({ action }) => action === 'delete')).toEqual([]);
    },
  );

  test.each(['', 'not json', '[]', '{"files":"x"}', '{"files":[1,null]}'])(
    'a manifest of %j removes nothing and is written anew',
    (text) => {
      mkdirSync(join(root, 'jenkins'), { recursive: true });
      writeFileSync(join(root, MANIFEST), text);
      writeFileSync(join(root, 'jenkins/old.Jenkinsfile'), MARK);
      generate({ Jenkinsfile: MARK });
      expect(existsSync(join(root, 'jenkins/old.Jenkinsfile'))).toBe(true);
      expect(manifest()).toEqual(['Jenkinsfile']);
    },
  );

  test('a run that is stopped before its end leaves a manifest that names old and new files', () => {
    generate({ 'jenkins/old.Jenkinsfile': MARK });
    // The new file cannot be written: a folder has its name.
    mkdirSync(join(root, 'vars/new.groovy'), { recursive: true });
    const files = new Map([['vars/new.groovy', MARK]]);
    const changes = [
      { path: 'jenkins/old.Jenkinsfile', action: 'delete' as const, before: MARK, foreign: false },
      { path: 'vars/new.groovy', action: 'add' as const, after: MARK, foreign: false },
    ];
    expect(() => applyFileChanges(root, files, changes)).toThrow(UserError);
    expect(manifest()).toEqual(['jenkins/old.Jenkinsfile', 'vars/new.groovy']);
  });
});

describe('a run that was killed', () => {
  test('leaves nothing that the next run, of another project.yaml, does not find', () => {
    const many = new Map(Array.from({ length: 5 }, (_, n) => [`jenkins/many/j-${n}.Jenkinsfile`, MARK]));
    // What kill -9 leaves: the manifest, some files, and one that was being written.
    generate({ Jenkinsfile: MARK });
    mkdirSync(join(root, 'jenkins/many'));
    const all = [...many.keys(), 'Jenkinsfile'];
    writeFileSync(join(root, MANIFEST), JSON.stringify({ version: 1, files: all }));
    for (const path of all.slice(0, 2)) writeFileSync(join(root, path), MARK);
    writeFileSync(join(root, 'jenkins/many/j-2.Jenkinsfile.millrace-new'), 'half');
    generate({ Jenkinsfile: MARK });
    expect(existsSync(join(root, 'jenkins/many'))).toBe(false);
    expect(manifest()).toEqual(['Jenkinsfile']);
  });

  test('lists its new files before it writes the first of them', () => {
    mkdirSync(join(root, 'vars/b.groovy'), { recursive: true });
    const files = new Map([
      ['vars/a.groovy', MARK],
      ['vars/b.groovy', MARK],
    ]);
    const changes = [...files].map(([path, after]) => ({
      path,
      action: 'add' as const,
      after,
      foreign: false,
    }));
    expect(() => applyFileChanges(root, files, changes)).toThrow(UserError);
    expect(manifest()).toEqual(['vars/a.groovy', 'vars/b.groovy']);
  });
});

describe('what somebody else wrote', () => {
  test('a generated file that somebody took over, our words gone, is foreign and is not removed', () => {
    generate({ Jenkinsfile: MARK, 'vars/x.groovy': MARK });
    writeFileSync(join(root, 'Jenkinsfile'), 'pipeline { }');
    writeFileSync(join(root, 'vars/x.groovy'), 'void call() { }');
    const changes = planFileChanges(root, new Map([['Jenkinsfile', MARK]]));
    expect(changes.find(({ path }) => path === 'Jenkinsfile')?.foreign).toBe(true);
    expect(changes.filter(({ action }) => action === 'delete')).toEqual([]);
  });

  test('a file that exists and that no run wrote is foreign', () => {
    writeFileSync(join(root, 'Jenkinsfile'), 'node { }\n');
    expect(
      planFileChanges(root, new Map([['Jenkinsfile', MARK]])).find(({ path }) => path === 'Jenkinsfile')
        ?.foreign,
    ).toBe(true);
  });

  test('without a manifest, a file with our first line is ours', () => {
    writeFileSync(join(root, 'Jenkinsfile'), `${MARK}old`);
    expect(
      planFileChanges(root, new Map([['Jenkinsfile', `${MARK}new`]])).find(
        ({ path }) => path === 'Jenkinsfile',
      )?.foreign,
    ).toBe(false);
  });

  test('a folder that leads out of the repository through a link is not written to', () => {
    const outside = mkdtempSync(join(tmpdir(), 'millrace-outside-'));
    symlinkSync(outside, join(root, 'vars'));
    expect(() => generate({ 'vars/x.groovy': MARK })).toThrow(/outside the repository/);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  test('a generated file that was replaced by a link is replaced, and what it led to stays', () => {
    const outside = join(mkdtempSync(join(tmpdir(), 'millrace-outside-')), 'precious');
    writeFileSync(outside, 'precious');
    symlinkSync(outside, join(root, 'Jenkinsfile'));
    generate({ Jenkinsfile: MARK });
    expect(readFileSync(outside, 'utf8')).toBe('precious');
    expect(readFileSync(join(root, 'Jenkinsfile'), 'utf8')).toBe(MARK);
    rmSync(dirname(outside), { recursive: true });
  });
});
