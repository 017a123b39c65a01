import { describe, expect, test } from '@jest/globals';
import { readPackageSources } from '../../generator/adapters/package-sources.ts';
import { renderJenkins } from '../../generator/render/render-project.ts';
import { createTemplates } from '../../generator/render/templates.ts';
import { projectAndJobs } from './concrete-job-of.ts';

const fill = createTemplates(readPackageSources().templates);

/** What is made of one entry `checks` with a template. */
function filesOf(fields: object): Map<string, string> {
  const checks = { template: 'check-{n}', for: { n: [1, 2] }, steps: [{ sh: 'true' }], ...fields };
  const { project, jobs } = projectAndJobs({ jobs: { checks } });
  return renderJenkins(project, jobs, fill);
}

const tablesOf = (fields: object): Record<string, object> =>
  Object.fromEntries(
    [...filesOf(fields)]
      .filter(([path]) => path.startsWith('resources/'))
      .map(([path, text]) => {
        const { $comment, ...rows } = JSON.parse(text) as { $comment: string };
        expect($comment).toContain('`millrace generate`');
        return [path, rows];
      }),
  );
const pipelineOf = (fields: object): string => filesOf(fields).get('jenkins/checks.Jenkinsfile')!;

describe('the values of a template’s jobs', () => {
  test('stand in a table, a job a line, in the order of the jobs', () => {
    const text = filesOf({ for: { n: ['b', 'a'], at: ['x'] } }).get('resources/jobs/checks.json')!;
    expect(text.split('\n').slice(1)).toEqual([
      ' "check-b": ["N=b", "AT=x"],',
      ' "check-a": ["N=a", "AT=x"]',
      '}',
      '',
    ]);
  });

  test('are those of `for:` and those that are filled; what the jobs share stands in their pipeline', () => {
    const fields = {
      environment: { SAME: 'x', URL: 'http://{n}', KEY: { credential: 'key' }, BRACES: '{m}' },
    };
    expect(tablesOf(fields)).toEqual({
      'resources/jobs/checks.json': {
        'check-1': ['N=1', 'URL=http://1'],
        'check-2': ['N=2', 'URL=http://2'],
      },
    });
    expect(pipelineOf(fields)).toContain(`
                withJobValues(table: 'checks', environment: [
                    'SAME=x',
                    'BRACES={m}',
                ]) {
                    sh 'true'
                }
`);
  });

  test('are in one table for all steps but those with filled values of their own', () => {
    const steps = [
      { sh: 'a' },
      { sh: 'b', environment: { OWN: '{n}' } },
      { sh: 'c', environment: { SAME: 'x' } },
      { sh: 'd', environment: { OWN: '{n}' } },
    ];
    expect(tablesOf({ steps })).toEqual({
      'resources/jobs/checks.json': { 'check-1': ['N=1'], 'check-2': ['N=2'] },
      'resources/jobs/checks/step-2.json': { 'check-1': ['N=1', 'OWN=1'], 'check-2': ['N=2', 'OWN=2'] },
    });
    const text = pipelineOf({ steps });
    expect([...text.matchAll(/table: '([^']*)'/g)].map(([, table]) => table)).toEqual([
      'checks',
      'checks/step-2',
      'checks',
      'checks/step-2',
    ]);
  });

  test.each([
    ['a constant', 'x', 'A=x', undefined],
    ['a filled text', 'y{n}', undefined, 'A=y1'],
    ['a credential', { credential: 'key' }, undefined, undefined],
  ])('of a step come before those of the job: %s', (_, own, inPipeline, inTable) => {
    const fields = { environment: { A: '{n}' }, steps: [{ sh: 'true', environment: { A: own } }] };
    const [row] = Object.values(tablesOf(fields)['resources/jobs/checks.json']!) as string[][];
    expect(row).toEqual(inTable === undefined ? ['N=1'] : ['N=1', inTable]);
    expect(/environment: \[\s+'(.*)',/.exec(pipelineOf(fields))?.[1]).toBe(inPipeline);
  });

  test('are patterns of reports where these differ', () => {
    const fields = { junit: ['{n}.xml', '$x'], artifacts: 'same/**' };
    expect(tablesOf(fields)['resources/jobs/checks/reports.json']).toEqual({
      'check-1': ['JUNIT=1.xml, $$x'],
      'check-2': ['JUNIT=2.xml, $$x'],
    });
    expect(pipelineOf(fields)).toContain(`
            withJobValues(table: 'checks/reports') {
                junit(testResults: env.JUNIT, allowEmptyResults: true)
                archiveArtifacts(artifacts: 'same/**', allowEmptyArchive: true)
            }
`);
    expect(pipelineOf({ artifacts: '{n}/**' })).toContain('archiveArtifacts(artifacts: env.ARTIFACTS, allow');
  });

  test('need no table where there are none', () => {
    expect(tablesOf({ template: 'one', for: {} })).toEqual({});
    expect(pipelineOf({ template: 'one', for: {} })).not.toContain('withJobValues');
  });
});

describe('the pipeline of a template', () => {
  test('is one for all jobs, and asks for the library that has the step', () => {
    const paths = [...filesOf({ for: { n: '1..500' } }).keys()].filter((path) => path.includes('checks'));
    expect(paths).toEqual([
      'jenkins/checks.Jenkinsfile',
      'jenkins/jobs/checks_001.groovy',
      'resources/jobs/checks.json',
    ]);
    expect(pipelineOf({})).toContain("@Library('millrace') _");
  });

  test('is one for each agent label where this differs', () => {
    const files = filesOf({
      for: { n: [1, 2, 3], on: ['arm', 'intel'] },
      template: '{n}-{on}',
      agent: 'linux-{on}',
    });
    const pipelines = [...files.keys()].filter((path) => path.startsWith('jenkins/checks'));
    expect(pipelines).toEqual([
      'jenkins/checks/linux-arm.Jenkinsfile',
      'jenkins/checks/linux-intel.Jenkinsfile',
    ]);
    for (const path of pipelines)
      expect(files.get(path)).toContain(
        `agent { label '${path.slice('jenkins/checks/'.length, -'.Jenkinsfile'.length)}' }`,
      );
    expect(files.get('jenkins/jobs/checks_001.groovy')).toContain(
      "['shop/deliver/2-intel', 'jenkins/checks/linux-intel.Jenkinsfile'],",
    );
  });
});
