import { describe, expect, test } from '@jest/globals';
import { groupJobs } from '../../generator/render/job-group.ts';
import { deliverItem, operationItems, userItem } from '../../generator/render/job-items.ts';
import type { JobItem } from '../../generator/render/job-items.ts';
import { projectAndJobs, projectOf } from './concrete-job-of.ts';

function itemsOf(jobs: object): JobItem[] {
  const made = projectAndJobs({ jobs });
  return groupJobs(made.project, made.jobs).map((group) => userItem(made.project, group));
}

const steps = [{ sh: 'true' }];
const parameter = (fields: object): JobItem['parameters'][number] =>
  itemsOf({ a: { steps, parameters: { NAME: fields } } })[0]!.parameters[0]!;

describe('deliverItem', () => {
  test('polls everywhere, and hears of pushes where the repository is on GitHub', () => {
    expect(deliverItem(projectOf())).toMatchObject({ polling: 'H/5 * * * *', push: false });
    const github = { repository: 'https://github.com/a/b', scm: { kind: 'github' } };
    expect(deliverItem(projectOf(github))).toMatchObject({ polling: 'H/5 * * * *', push: true });
  });

  test('names the trusted branch', () => {
    expect(deliverItem(projectOf({ branch: 'master' })).description).toContain('master');
  });
});

describe('userItem', () => {
  test('lies in the folder of the trusted branch and runs the pipeline of its name', () => {
    expect(itemsOf({ nightly: { steps, description: 'x', schedule: 'H 1 * * *', disabled: true } })).toEqual([
      {
        fullName: 'shop/deliver/nightly',
        description: 'x',
        disabled: true,
        parameters: [],
        schedule: 'H 1 * * *',
        polling: '',
        push: false,
        scriptPath: 'jenkins/nightly.Jenkinsfile',
      },
    ]);
  });

  test('makes text of every default but that of a flag', () => {
    expect(parameter({ default: 7 })).toMatchObject({ value: '7', choices: false, flag: false });
    expect(parameter({ type: 'text', default: 'a\nb' })).toMatchObject({ value: 'a\nb', text: true });
    expect(parameter({})).toMatchObject({ value: '' });
    expect(parameter({ type: 'boolean', default: true })).toMatchObject({ value: true, flag: true });
    expect(parameter({ type: 'boolean' })).toMatchObject({ value: false });
  });

  test('puts the default of a choice first, since Jenkins takes the first', () => {
    expect(parameter({ type: 'choice', choices: ['a', 2, true], default: 2 }).choices).toEqual([
      '2',
      'a',
      'true',
    ]);
    expect(parameter({ type: 'choice', choices: ['b', 'a'] }).choices).toEqual(['b', 'a']);
  });
});

describe('operationItems', () => {
  test('run their own pipelines in the folder of the trusted branch', () => {
    const { project, jobs } = projectAndJobs({
      jobs: { 'clean-up': { run: 'prune', schedule: 'H 5 * * *' } },
    });
    expect(
      operationItems(project, jobs).map(({ fullName, scriptPath, schedule }) => [
        fullName,
        scriptPath,
        schedule,
      ]),
    ).toEqual([
      ['shop/deliver/clean-up', 'jenkins/clean-up.Jenkinsfile', 'H 5 * * *'],
      ['shop/deliver/refresh', 'jenkins/refresh.Jenkinsfile', 'H 4 * * 1'],
    ]);
  });
});
