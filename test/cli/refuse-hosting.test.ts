import { describe, expect, test } from '@jest/globals';
import { refuseLosingJenkins, refuseWithoutKey } from '../../generator/cli/refuse-hosting.ts';
import { Project } from '../../generator/model/project/project.ts';
import type { PlannedComponent } from '../../generator/plan/plan.ts';

function projectWith(replace: 'rolling' | 'recreate'): Project {
  return Project.parse({
    project: 'shop',
    infrastructure: {
      cluster: { deploy: 'd.yml', destroy: 'x.yml', replace },
      other: { deploy: 'd.yml', destroy: 'x.yml', replace: 'recreate' },
    },
    stacks: { jenkins: { file: 'j.yml', on: 'cluster' } },
  });
}
type Planned = Pick<PlannedComponent, 'id' | 'action'>;
const refuse = (
  replace: 'rolling' | 'recreate',
  planned: Planned,
  env: Record<string, string> = { MILLRACE_ROLE: 'deliver' },
): void => refuseLosingJenkins([planned], projectWith(replace), env);
const CLUSTER: Planned = { id: 'infrastructure:cluster', action: 'deploy' };

describe('inside Jenkins, apply', () => {
  test('refuses to replace the cluster under it all at once, with the command for a workstation', () => {
    expect(() => refuse('recreate', CLUSTER)).toThrow(
      'infrastructure:cluster carries this Jenkins and is replaced all at once (`replace: recreate`), which no build ' +
        'would survive; nothing was changed; on a workstation: millrace apply',
    );
    expect(() => refuse('recreate', CLUSTER, { JENKINS_URL: 'https://ci.example.com/' })).toThrow('carries');
  });

  test('refuses to remove the stack that it runs in', () => {
    expect(() => refuse('rolling', { id: 'stack:jenkins', action: 'remove' })).toThrow(
      'stack:jenkins carries this Jenkins and is to be removed',
    );
  });

  test.each<[string, 'rolling' | 'recreate', Planned]>([
    ['a cluster that is replaced node by node', 'rolling', CLUSTER],
    ['one that is kept', 'recreate', { ...CLUSTER, action: 'keep' }],
    ['another cluster', 'recreate', { id: 'infrastructure:other', action: 'deploy' }],
    ['its own stack', 'recreate', { id: 'stack:jenkins', action: 'deploy' }],
  ])('goes on with %s', (_, replace, planned) => {
    expect(() => refuse(replace, planned)).not.toThrow();
  });

  test('goes on with anything on a workstation', () => {
    expect(() => refuse('recreate', CLUSTER, {})).not.toThrow();
  });
});

describe('hosts of an inventory under Jenkins', () => {
  const project = Project.parse({
    project: 'shop',
    infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml', hosts: 'hosts.ini' } },
    stacks: { jenkins: { file: 'j.yml', on: 'cluster' } },
  });

  test('are handed to a job that has a key for them, else refused with the command for a workstation', () => {
    expect(() => refuseWithoutKey([CLUSTER], project, () => true)).not.toThrow();
    expect(() => refuseWithoutKey([CLUSTER], project, () => false)).toThrow(
      /^infrastructure:cluster carries this Jenkins, and nothing here has a key of its hosts .*; nothing was changed; on a workstation: millrace apply --only infrastructure:cluster$/,
    );
  });

  test('need none where they are not deployed, nor do machines on AWS', () => {
    const never = (): boolean => {
      throw new Error('nobody is to look');
    };
    expect(() => refuseWithoutKey([{ id: 'stack:jenkins' }], project, never)).not.toThrow();
    expect(() => refuseWithoutKey([CLUSTER], projectWith('rolling'), never)).not.toThrow();
  });
});
