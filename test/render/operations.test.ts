import { describe, expect, test } from '@jest/globals';
import { hostingOf, operationsOf } from '../../generator/render/operations.ts';
import type { OperationJob } from '../../generator/render/operations.ts';
import { projectAndJobs, projectOf } from './concrete-job-of.ts';

function operationsIn(fields: object): OperationJob[] {
  const { project, jobs } = projectAndJobs(fields);
  return operationsOf(project, jobs);
}

const namesIn = (fields: object): string[] => operationsIn(fields).map(({ job }) => job);
const choicesOf = (name: string, fields: object): unknown =>
  operationsIn(fields).find(({ operation }) => operation === name)!.parameters[0]?.choices;

const images = { api: { context: '.' } };
const amis = { node: { template: 'node.pkr.hcl', source: { owner: 'self', name: 'x' } } };
const infrastructure = { cluster: { deploy: 'a.yml', destroy: 'b.yml' } };
const stacks = { shop: { file: 'shop.yml', on: 'cluster' } };

describe('operationsOf', () => {
  test('always has those that every project needs', () => {
    expect(namesIn({})).toEqual(['prune', 'refresh']);
  });

  test.each([
    ['images', { images }, ['rebuild']],
    ['AMIs', { amis }, ['rebuild']],
    ['infrastructure', { infrastructure }, ['redeploy_infrastructure', 'destroy', 'drift']],
    ['stacks', { stacks }, ['destroy', 'drift']],
    ['a backup', { backup: { to: 's3://b' } }, ['backup']],
  ])('has further ones for a project with %s', (_, fields, further) => {
    expect(namesIn(fields)).toEqual(['prune', 'refresh', ...further]);
  });

  test('takes schedule, description, timeout and name from the entry of `jobs:` that runs one', () => {
    const jobs = {
      weekly: { run: 'prune', schedule: 'H 3 * * 0', description: 'Mine.', timeout: '5h', disabled: true },
    };
    expect(operationsIn({ jobs })[0]).toMatchObject({
      operation: 'prune',
      job: 'weekly',
      schedule: 'H 3 * * 0',
      description: 'Mine.',
      timeout: '5h',
      disabled: true,
    });
  });

  test('runs one that is listed without a schedule by hand only', () => {
    expect(operationsIn({ jobs: { prune: { run: 'prune' } } })[0]).toMatchObject({
      job: 'prune',
      schedule: '',
    });
  });

  test('makes a job of every entry that runs one', () => {
    expect(namesIn({ jobs: { prune: { run: 'prune' }, again: { run: 'prune' } } })).toEqual([
      'prune',
      'again',
      'refresh',
    ]);
  });

  test('does not take a command with arguments for the operation', () => {
    expect(namesIn({ jobs: { look: { run: 'prune --dry-run' } } })).toEqual(['prune', 'refresh']);
  });

  test('offers components in order, images and AMIs for a rebuild', () => {
    const many = { images: { web: { context: '.' }, api: { context: '.' } }, amis };
    expect(choicesOf('rebuild', many)).toEqual(['image:api', 'image:web', 'ami:node']);
    expect(choicesOf('destroy', { infrastructure, stacks })).toEqual([
      'stack:shop',
      'infrastructure:cluster',
    ]);
  });

  test('never offers to take away what carries Jenkins', () => {
    const hosting = {
      infrastructure,
      stacks: { ...stacks, jenkins: { file: 'jenkins.yml', on: 'cluster' } },
    };
    expect(choicesOf('destroy', hosting)).toEqual(['stack:shop']);
    expect(choicesOf('redeploy_infrastructure', hosting)).toBeUndefined();
  });
});

describe('hostingOf', () => {
  test('is the stack `jenkins` and the infrastructure under it', () => {
    const on = projectOf({ infrastructure, stacks: { jenkins: { file: 'j.yml', on: 'cluster' } } });
    expect(hostingOf(on)).toEqual(['stack:jenkins', 'infrastructure:cluster']);
    expect(hostingOf(projectOf({ stacks: { jenkins: { file: 'j.yml' } } }))).toEqual(['stack:jenkins']);
    expect(hostingOf(projectOf({ infrastructure, stacks }))).toEqual([]);
  });
});
