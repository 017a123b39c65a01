import { describe, expect, test } from '@jest/globals';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { diffJobs } from '../../generator/render/diff-jobs.ts';
import type { JobDiff } from '../../generator/render/diff-jobs.ts';
import { renderJobs } from '../../generator/render/render-jobs.ts';
import { renderPipelines } from '../../generator/render/render-pipelines.ts';
import { createTemplates } from '../../generator/render/templates.ts';
import { projectAndJobs } from './concrete-job-of.ts';

const fill = createTemplates(readPackageSources().templates);

function filesOf(fields: object): Map<string, string> {
  const { project, jobs } = projectAndJobs(fields);
  const jobFiles = renderJobs(project, jobs, fill);
  return new Map([...jobFiles, ...renderPipelines(project, jobs, [...jobFiles.keys()], fill)]);
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

  test('lists folders, the multibranch job and the view too', () => {
    const text = filesOf({}).get('jenkins/jobs.groovy')!;
    const diff = diffJobs([{ path: 'jenkins/jobs.groovy', after: text }]);
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
    expect(diffJobs([{ path: 'vars/millrace.groovy', before: 'a', after: 'b' }])).toEqual({
      jobs: [],
      pipelines: [],
      files: [{ path: 'vars/millrace.groovy', action: 'change' }],
    });
  });
});
