import { describe, expect, test } from '@jest/globals';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { diffJobs } from '../../generator/render/diff-jobs.ts';
import type { JobDiff } from '../../generator/render/diff-jobs.ts';
import { renderJenkins } from '../../generator/render/render-project.ts';
import { createTemplates } from '../../generator/render/templates.ts';
import { projectAndJobs } from './concrete-job-of.ts';

const FOLDER = 'shop/deliver';
const fill = createTemplates(readPackageSources().templates);

function filesOf(fields: object): Map<string, string> {
  const { project, jobs } = projectAndJobs(fields);
  return renderJenkins(project, jobs, fill);
}

/** What `generate --diff` makes of two versions of `jobs:`. */
function diffOf(before: object, after: object): JobDiff {
  const [old, now] = [filesOf({ jobs: before }), filesOf({ jobs: after })];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  const texts = (files: Map<string, string>, path: string, as: 'before' | 'after'): object =>
    files.has(path) ? { [as]: files.get(path)! } : {};
  return diffJobs(
    paths
      .filter((path) => old.get(path) !== now.get(path))
      .map((path) => ({ path, ...texts(old, path, 'before'), ...texts(now, path, 'after') })),
    FOLDER,
  );
}

const actions = ({ jobs }: JobDiff): string[] =>
  jobs.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const step = { steps: [{ sh: 'true' }] };

describe('diffJobs', () => {
  test('finds nothing between equal projects', () => {
    expect(diffOf({ a: step }, { a: step })).toEqual({ jobs: [], pipelines: [], files: [] });
  });

  test('names jobs that are new and jobs that go, with their pipelines', () => {
    const diff = diffOf({ a: step }, { b: step });
    expect(actions(diff)).toEqual(['delete pipeline job shop/deliver/a', 'add pipeline job shop/deliver/b']);
    expect(diff.pipelines.map(({ action, name }) => `${action} ${name}`)).toEqual([
      'delete jenkins/a.Jenkinsfile',
      'add jenkins/b.Jenkinsfile',
    ]);
  });

  test('shows what changes in a job, with a line around it', () => {
    const diff = diffOf({ a: { ...step, description: 'old' } }, { a: { ...step, description: 'new' } });
    expect(diff).toEqual({
      jobs: [
        {
          name: 'shop/deliver/a',
          kind: 'pipeline job',
          action: 'change',
          diff: [
            " pipelineJob('shop/deliver/a') {",
            "-    description('old')",
            "+    description('new')",
            '     logRotator {',
          ],
        },
      ],
      pipelines: [],
      files: [],
    });
  });

  test('shows a changed pipeline without its job, which stays as it was', () => {
    const diff = diffOf({ a: step }, { a: { steps: [{ sh: 'false' }] } });
    expect(diff.jobs).toEqual([]);
    expect(diff.pipelines[0]).toMatchObject({ name: 'jenkins/a.Jenkinsfile', action: 'change' });
    expect(diff.pipelines[0]!.diff).toContain("-                sh 'true'");
    expect(diff.pipelines[0]!.diff).toContain("+                sh 'false'");
  });

  test('does not take a job that moves to another file for a change', () => {
    const many = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`job-${index}`, step]));
    const diff = diffOf(many(100), many(101));
    expect(actions(diff)).toEqual(['add pipeline job shop/deliver/job-100']);
  });

  test.each(["it's", 'a\u202eb', "x') { y", 'käse 🧨', '{', "}\u2028'"])(
    'reads the name %j as it is in Jenkins',
    (name) => {
      expect(actions(diffOf({}, { [name]: step }))).toEqual([`add pipeline job shop/deliver/${name}`]);
    },
  );

  test('takes no description for the beginning or the end of a job', () => {
    const description = "a\n}\npipelineJob('shop/deliver/x') {\n}\n";
    expect(actions(diffOf({}, { a: { ...step, description } }))).toEqual(['add pipeline job shop/deliver/a']);
  });

  describe('of a template', () => {
    const checks = (fields: object): object => ({
      checks: { ...step, template: 'check-{n}', for: { n: [1, 2, 3] }, ...fields },
    });
    const changed = (before: object, after: object): [string, string[]][] =>
      diffOf(checks(before), checks(after)).jobs.map(({ action, name, diff }) => [`${action} ${name}`, diff]);

    test('names each job that is new and each that goes', () => {
      expect(changed({}, { for: { n: [2, 3, 4] } })).toEqual([
        ['delete shop/deliver/check-1', []],
        ['add shop/deliver/check-4', []],
      ]);
      expect(actions(diffOf(checks({}), {}))).toEqual(
        [1, 2, 3].map((n) => `delete pipeline job shop/deliver/check-${n}`),
      );
    });

    test('shows in each job what changes in it, with its own values', () => {
      expect(changed({ description: 'old {n}' }, { description: 'new {n}', for: { n: [1] } })).toEqual([
        [
          'change shop/deliver/check-1',
          [
            " pipelineJob('shop/deliver/check-1') {",
            "-    description('old 1')",
            "+    description('new 1')",
            '     logRotator {',
          ],
        ],
        ['delete shop/deliver/check-2', []],
        ['delete shop/deliver/check-3', []],
      ]);
    });

    test('does not care whether a text is in a row or below the rows', () => {
      const one = { for: { n: [7] }, description: 'of 7', schedule: 'H 7 * * *', agent: 'a7' };
      const same = { for: { n: [7] }, description: 'of {n}', schedule: 'H {n} * * *', agent: 'a7' };
      expect(changed(one, same)).toEqual([]);
    });

    test('shows a schedule that the jobs share in each of them', () => {
      const found = changed({ schedule: 'H 1 * * *' }, { schedule: 'H 2 * * *' });
      expect(found.map(([name]) => name)).toEqual([1, 2, 3].map((n) => `change shop/deliver/check-${n}`));
      for (const [, diff] of found) expect(diff).toContain("+                    spec('H 2 * * *')");
    });

    test('shows values as a part of the job that they are for', () => {
      const of = (url: string, junit: string): object => ({
        for: { n: [1, 2], at: ['a'] },
        environment: { URL: url },
        junit,
      });
      expect(changed(of('http://{n}', 'a{n}'), of('https://"{n}"', 'b{n}'))).toEqual(
        [1, 2].map((n) => [
          `change shop/deliver/check-${n}`,
          [
            '     AT=a',
            `-    URL=http://${n}`,
            `-    reports: JUNIT=a${n}`,
            `+    URL=https://\\"${n}\\"`,
            `+    reports: JUNIT=b${n}`,
          ],
        ]),
      );
    });

    test('finds no change where a job only moves from one template to another', () => {
      const { checks: one } = checks({}) as { checks: object };
      const diff = diffOf({ checks: one }, { others: one });
      expect(diff.jobs.map(({ name, diff: lines }) => [name, lines])).toEqual(
        [1, 2, 3].map((n) => [
          `shop/deliver/check-${n}`,
          [
            '             }',
            "-            scriptPath('jenkins/checks.Jenkinsfile')",
            "+            scriptPath('jenkins/others.Jenkinsfile')",
            '             lightweight(true)',
          ],
        ]),
      );
    });

    test.each(["it's", 'a\u202eb', "x') { y", '{', "']", "a', 'b"])(
      'reads the name %j as it is in Jenkins',
      (n) => {
        const made = diffOf({}, { all: { ...step, template: '{n}', for: { n: [n] }, description: "',{n}" } });
        expect(actions(made)).toEqual([`add pipeline job shop/deliver/${n}`]);
      },
    );

    test('a table that somebody made unreadable is read as an empty one', () => {
      const path = 'resources/jobs/checks.json';
      const after = filesOf({ jobs: checks({}) }).get(path)!;
      const diff = diffJobs([{ path, before: '{ "check-1": [', after }], FOLDER);
      expect(diff.jobs.map(({ name, diff: lines }) => [name, lines])).toContainEqual([
        'shop/deliver/check-1',
        ['+    N=1'],
      ]);
    });
  });

  test('lists folders, the multibranch job and the view too', () => {
    const text = filesOf({}).get('jenkins/jobs.groovy')!;
    const diff = diffJobs([{ path: 'jenkins/jobs.groovy', after: text }], FOLDER);
    expect(actions(diff)).toEqual(
      [
        'add folder shop',
        'add folder shop/deliver',
        ...['deliver', 'prune', 'refresh'].map((name) => `add pipeline job shop/deliver/${name}`),
        'add view shop/Overview',
        'add multibranch shop/verify',
      ].sort((a, b) => (a.split(' ').at(-1)! < b.split(' ').at(-1)! ? -1 : 1)),
    );
  });

  test('keeps other files apart', () => {
    expect(diffJobs([{ path: 'vars/millrace.groovy', before: 'a', after: 'b' }], FOLDER)).toEqual({
      jobs: [],
      pipelines: [],
      files: [{ path: 'vars/millrace.groovy', action: 'change' }],
    });
  });
});
