import { describe, expect, test } from '@jest/globals';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { COLUMNS } from '../../generator/render/job-table.ts';
import { groupJobs } from '../../generator/render/job-group.ts';
import { renderJobs } from '../../generator/render/render-jobs.ts';
import { createTemplates } from '../../generator/render/templates.ts';
import { projectAndJobs } from './concrete-job-of.ts';

const fill = createTemplates(readPackageSources().templates);
const step = { steps: [{ sh: 'true' }] };

function filesOf(fields: object): Map<string, string> {
  const { project, jobs } = projectAndJobs(fields);
  return renderJobs(project, jobs, groupJobs(project, jobs), fill);
}

/** Full names: of jobs at the margin, and of those in the rows of a template. */
const jobsIn = (text: string): string[] =>
  [...text.matchAll(/^(?:pipelineJob\(| {4}\[?)'(shop\/deliver\/[^']*)'/gm)].map(([, name]) => name!);
const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}_${String(index + 1).padStart(3, '0')}.groovy`);

describe('renderJobs', () => {
  test('writes one file where there are few jobs', () => {
    const files = filesOf({ jobs: { nightly: step } });
    expect([...files.keys()]).toEqual(['jenkins/jobs.groovy']);
    expect(jobsIn(files.get('jenkins/jobs.groovy')!)).toEqual([
      'shop/deliver/deliver',
      'shop/deliver/prune',
      'shop/deliver/refresh',
      'shop/deliver/nightly',
    ]);
  });

  test('gives the jobs of a template files of their own, of 1,000 rows each', () => {
    const files = filesOf({ jobs: { checks: { ...step, template: 'check-{n}', for: { n: '1..5000' } } } });
    expect([...files.keys()]).toEqual(['jenkins/jobs.groovy', ...numbered('jenkins/jobs/checks', 5)]);
    const names = [...files.values()]
      .flatMap(jobsIn)
      .filter((name) => name.startsWith('shop/deliver/check-'));
    expect(names).toEqual(Array.from({ length: 5000 }, (_, index) => `shop/deliver/check-${index + 1}`));
  });

  describe('a template', () => {
    const rowsOf = (fields: object): string[] => {
      const jobs = { checks: { ...step, template: 'check-{n}', for: { n: [1, 2] }, ...fields } };
      const lines = filesOf({ jobs }).get('jenkins/jobs/checks_001.groovy')!.split('\n');
      return lines.slice(lines.indexOf('['), lines.findIndex((line) => line.startsWith(']')) + 2);
    };

    test('has a row for each job, with what differs between them and no more', () => {
      expect(rowsOf({ description: 'same', schedule: 'H 1 * * *', agent: 'same' })).toEqual([
        '[',
        "    'shop/deliver/check-1',",
        "    'shop/deliver/check-2',",
        '].each { job ->',
        '    pipelineJob(job) {',
      ]);
      expect(rowsOf({ description: '{n}', schedule: 'H {n} * * *', agent: 'a{n}' })).toEqual([
        '[',
        "    ['shop/deliver/check-1', '1', 'H 1 * * *', 'jenkins/checks/a1.Jenkinsfile'],",
        "    ['shop/deliver/check-2', '2', 'H 2 * * *', 'jenkins/checks/a2.Jenkinsfile'],",
        '].each { job, about, times, pipeline ->',
        '    pipelineJob(job) {',
      ]);
    });

    test('says what its jobs share once', () => {
      const jobs = {
        checks: { ...step, template: '{n}', for: { n: '1..9' }, description: 'same', parameters: { A: {} } },
      };
      const text = filesOf({ jobs }).get('jenkins/jobs/checks_001.groovy')!;
      for (const once of [
        "description('same')",
        "stringParam('A', '', '')",
        "scriptPath('jenkins/checks.Jenkinsfile')",
      ])
        expect(text.split(once)).toHaveLength(2);
    });

    test('names its columns unlike any method of Job DSL that it calls', () => {
      const text = filesOf({
        jobs: {
          all: { ...step, template: '{n}', for: { n: [1] }, schedule: '{n} 1 * * *', parameters: { A: {} } },
        },
      }).get('jenkins/jobs/all_001.groovy')!;
      const called = [...text.matchAll(/^ *([A-Za-z_]+)(?=\(| \{)/gm)].map(([, name]) => name!);
      expect(called).toContain('scriptPath');
      expect(called.filter((name) => Object.hasOwn(COLUMNS, name))).toEqual([]);
    });
  });

  test('moves jobs that are no template’s to further files where they are more than 100', () => {
    const jobs = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`job-${index}`, step]));
    const files = filesOf({ jobs });
    expect([...files.keys()]).toEqual(['jenkins/jobs.groovy', ...numbered('jenkins/jobs/own', 2)]);
    expect([...files.values()].flatMap(jobsIn)).toHaveLength(3 + 101);
  });

  test('loses no job where the names of entries differ in little', () => {
    const entries = ['a-b', 'a_b', 'A_b', 'a b', 'own', 'Own', '1', '_1', 'ä', 'ö'];
    const jobs = Object.fromEntries(
      entries.map((entry, index) => [entry, { ...step, template: `${index}-{n}`, for: { n: '1..2' } }]),
    );
    const plain = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`job-${index}`, step]));
    const files = filesOf({ jobs: { ...plain, ...jobs } });
    expect([...files.values()].flatMap(jobsIn)).toHaveLength(3 + 101 + 2 * entries.length);
    const folded = [...files.keys()].map((path) => path.toLowerCase());
    expect(new Set(folded).size).toBe(files.size);
    for (const path of files.keys())
      expect(path).toMatch(/^jenkins\/jobs(\/[A-Za-z_][A-Za-z0-9_]*)?\.groovy$/);
  });

  test('keeps the trusted branch out of `verify`', () => {
    expect(filesOf({ branch: 'release/1' }).get('jenkins/jobs.groovy')).toContain("excludes('release/1')");
  });

  test.each([
    ['https://github.com/acme/shop.git', 'acme', 'shop'],
    ['https://github.example.com/acme/shop', 'acme', 'shop'],
    ['git@github.com:acme/shop.js.git', 'acme', 'shop.js'],
    ['ssh://git@github.com/acme/shop/', 'acme', 'shop'],
  ])('reads owner and name from %s', (repository, owner, name) => {
    const text = filesOf({ repository, scm: { kind: 'github' } }).get('jenkins/jobs.groovy')!;
    expect(text).toContain(`repoOwner('${owner}')`);
    expect(text).toContain(`repository('${name}')`);
  });

  test('builds forks only where project.yaml says so, and trusts none of them', () => {
    const of = (forks: boolean): string =>
      filesOf({ repository: 'https://github.com/a/b', scm: { kind: 'github', forks } }).get(
        'jenkins/jobs.groovy',
      )!;
    expect(of(false)).not.toContain('gitHubForkDiscovery');
    expect(of(true)).toMatch(/gitHubForkDiscovery \{\s+strategyId\(2\)\s+trust \{\s+gitHubTrustNobody\(\)/);
  });

  test('stays out of the sandbox’s way: no configure block, no triggers outside of Job DSL', () => {
    for (const text of filesOf({ jobs: { a: { ...step, schedule: 'H 1 * * *' } } }).values())
      expect(text).not.toMatch(/configure\s*\{|readFileFromWorkspace|new [A-Z]/);
  });
});
