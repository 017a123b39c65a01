import { expect, test } from '@jest/globals';
import { findHanded } from '../../generator/cli/find-handed.ts';
import { Project } from '../../generator/model/project/project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Engine } from '../../generator/ports/engine.ts';

const NOW = Date.parse('2030-01-01T01:00:00Z');
const PROJECT = Project.parse({
  project: 'shop',
  infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml' } },
  stacks: { jenkins: { file: 'j.yml', on: 'cluster' }, shop: { file: 's.yml', on: 'cluster' } },
});

/** A Swarm with jobs of these names, each with tasks in these states. */
const swarmsWith = (jobs: Record<string, string[]>) => ({
  find: () =>
    Promise.resolve({
      get: (path: string) =>
        Promise.resolve(
          path.startsWith('/services')
            ? Object.keys(jobs).map((name) => ({
                ID: name,
                Spec: { Name: name, Labels: { 'millrace.project': 'shop', 'millrace.job': name } },
              }))
            : Object.entries(jobs)
                .filter(([name]) => decodeURIComponent(path).includes(`"${name}"`))
                .flatMap(([, states]) =>
                  states.map((State) => ({ Status: { State, Timestamp: '2030-01-01T00:00:00Z' } })),
                ),
        ),
    } as unknown as Engine),
});

test.each<[string, Record<string, string[]>, string[]]>([
  [
    'a job that runs',
    { 'millrace-handover-shop-2': ['running'] },
    ['infrastructure:cluster', 'stack:jenkins'],
  ],
  [
    'one that was made just now',
    { 'millrace-handover-shop-1': [] },
    ['infrastructure:cluster', 'stack:jenkins'],
  ],
  ['one that is over', { 'millrace-handover-shop-1': ['complete'] }, []],
  ['one that failed', { 'millrace-handover-shop-1': ['failed'] }, []],
  ['a job of another sort', { 'millrace-swap-shop-1': ['running'] }, []],
  ['none', {}, []],
])('with %s, what carries Jenkins is handed over or not', async (_, jobs, expected) => {
  expect([...(await findHanded(PROJECT, swarmsWith(jobs), NOW))].sort()).toEqual(expected);
});

test('a Swarm that does not answer has nothing handed over: status says itself that it does not', async () => {
  const find = () => Promise.reject(new UserError('SWARM_UNREACHABLE', 'no node answers'));
  expect([...(await findHanded(PROJECT, { find }, NOW))]).toEqual([]);
});
