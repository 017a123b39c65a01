import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { planCommit } from '../../generator/cli/plan-commit.ts';
import type { OpenedCommit } from '../../generator/cli/open-commit.ts';
import type { Driver } from '../../generator/drivers/driver.ts';
import type { Component, ComponentKind } from '../../generator/model/component.ts';
import { Project } from '../../generator/model/project/project.ts';
import type { Observation } from '../../generator/plan/plan.ts';

const BUILT: Observation = { state: 'built', artifact: { id: 'sha256:1', reference: 'r/shop/api@sha256:1' } };
const ABSENT: Observation = { state: 'absent' };

function openedOf(project: Project, components: readonly Component[]): OpenedCommit {
  return {
    revision: null,
    summary: {
      project,
      graph: new Map(components.map((one) => [one.id, one])),
      hashes: new Map(components.map(({ id }) => [id, { hash: 'a'.repeat(64) }])),
    },
    repository: {} as OpenedCommit['repository'],
    load: () => Promise.reject(new Error('nothing of the commit is needed')),
    loadAt: () => Promise.reject(new Error('nothing of the commit is needed')),
  };
}

/** Plans one image and one machine image. @returns the kinds whose drivers were told to expect builds */
async function plan(
  found: Partial<Record<ComponentKind, Observation>>,
  { millrace, ...settings }: { builds?: boolean; only?: string[]; millrace?: string },
): Promise<string[]> {
  const expecting: string[] = [];
  const components = (['image', 'ami'] as const).map((kind): Component => {
    return { id: `${kind}:api`, kind, name: 'api', content: [], order: [], externals: [] };
  });
  const drivers = components.map(({ kind }): [ComponentKind, Driver] => [
    kind,
    {
      kind,
      observe: async (all) => new Map(all.map(({ id }) => [id, found[kind] ?? BUILT])),
      expectBuilds: () => void expecting.push(kind),
    },
  ]);
  const opened = openedOf(Project.parse({ project: 'shop', millrace }), components);
  await planCommit(opened, { drivers: new Map(drivers), env: {}, ...settings });
  return expecting;
}

test('a driver of whose kind something is absent is told, where the plan will be carried out', async () => {
  expect(await plan({ image: ABSENT }, { builds: true })).toEqual(['image']);
  expect(await plan({ image: ABSENT, ami: ABSENT }, { builds: true })).toEqual(['image', 'ami']);
});

test('nobody is told where everything exists, where it is not planned, or where it is only a plan', async () => {
  expect(await plan({}, { builds: true })).toEqual([]);
  expect(await plan({ ami: ABSENT }, { builds: true, only: ['image:api'] })).toEqual([]);
  expect(await plan({ image: ABSENT, ami: ABSENT }, {})).toEqual([]);
});

test('what has changed since the last build is asked of git where the plan is shown, and not where it is carried out', async () => {
  const last = { id: 'sha256:1', reference: 'r/shop/api@sha256:1', hash: 'b'.repeat(64) };
  const changed: Observation = { state: 'absent', last: { ...last, revision: 'c'.repeat(40) } };
  await expect(plan({ image: changed }, {})).rejects.toThrow('nothing of the commit is needed');
  expect(await plan({ image: changed }, { builds: true })).toEqual(['image']);
});

test('a project that is made for another version is not planned', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await plan({}, { millrace: version })).toEqual([]);
  await expect(plan({}, { millrace: '99.0.0' })).rejects.toThrow(
    `expected ${version}, the version of this program, found 99.0.0; install millrace@99.0.0`,
  );
});

test.each<['rolling' | 'recreate', string]>([
  ['rolling', 'keep'],
  ['recreate', 'deploy'],
])(
  'with `replace: %s` of a cluster that is deployed, a stack that runs on it is planned as %s',
  async (replace, action) => {
    const project = Project.parse({
      project: 'shop',
      infrastructure: { cluster: { deploy: 'd.yml', destroy: 'x.yml', replace } },
      stacks: { shop: { file: 's.yml', on: 'cluster' } },
    });
    const running = (hash: string): Observation => ({ state: 'running', hash, pending: false, drift: [] });
    const found = {
      'infrastructure:cluster': running('b'.repeat(64)),
      'stack:shop': running('a'.repeat(64)),
    };
    const drivers = (['infrastructure', 'stack'] as const).map((kind): [ComponentKind, Driver] => [
      kind,
      { kind, observe: async (all) => new Map(all.map(({ id }) => [id, found[id as keyof typeof found]])) },
    ]);
    const cluster: Component = {
      id: 'infrastructure:cluster',
      kind: 'infrastructure',
      name: 'cluster',
      ...NO_EDGES,
    };
    const shop: Component = {
      id: 'stack:shop',
      kind: 'stack',
      name: 'shop',
      ...NO_EDGES,
      order: [cluster.id],
    };
    const settings = { drivers: new Map(drivers), env: {}, builds: true };
    const { plan } = await planCommit(openedOf(project, [cluster, shop]), settings);
    expect(plan.components.map((one) => one.action)).toEqual(['deploy', action]);
  },
);

const NO_EDGES = { content: [], order: [], externals: [] };
