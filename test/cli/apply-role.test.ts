import { expect, test } from '@jest/globals';
import { chooseForRole } from '../../generator/cli/choose-for-role.ts';
import { mayPublish } from '../../generator/cli/may-publish.ts';
import type { OpenedCommit } from '../../generator/cli/open-commit.ts';
import type { ComponentId, ComponentKind } from '../../generator/model/component.ts';
import type { Action, PlannedComponent } from '../../generator/plan/plan.ts';

const planned = (id: string, action: Action): PlannedComponent => ({
  id: id as ComponentId,
  kind: id.split(':')[0] as ComponentKind,
  hash: null,
  action,
  reason: '',
  dependsOn: [],
});
const COMPONENTS = [
  planned('ami:node', 'build'),
  planned('image:api', 'build'),
  planned('infrastructure:old', 'remove'),
  planned('stack:kept', 'keep'),
  planned('stack:shop', 'deploy'),
];

async function choose(role: string, reuse?: 'branches'): Promise<{ ids: string[]; notes: string[] }> {
  const notes: string[] = [];
  const { plan } = await chooseForRole({
    plan: {
      version: 1,
      project: 'shop',
      revision: null,
      components: COMPONENTS,
      summary: { build: 2, deploy: 1, keep: 1, remove: 1 },
    },
    components: new Map(),
    observations: new Map(),
    opened: { summary: { project: { reuse }, graph: new Map() } } as unknown as OpenedCommit,
    world: { drivers: new Map() },
    env: { MILLRACE_ROLE: role },
    note: (text) => notes.push(text),
  });
  return { ids: plan.components.map(({ id }) => id), notes };
}

test('the trusted branch carries out all of a plan', async () => {
  expect((await choose('deliver')).ids).toHaveLength(COMPONENTS.length);
});

test('verifying deploys and removes nothing, and says so', async () => {
  const { ids, notes } = await choose('verify');
  expect(ids).toEqual(['image:api', 'stack:kept']);
  expect(notes).toContain('stack:shop: left to the trusted branch, since verifying deploys nothing');
});

test('verifying that publishes bakes and deploys nothing all the same', async () => {
  const { ids, notes } = await choose('verify', 'branches');
  expect(ids).toEqual(['image:api', 'stack:kept']);
  expect(notes).toContain('ami:node: left to the trusted branch, since verifying bakes nothing');
});

test.each([
  ['the trusted branch', 'deliver', {}, true],
  ['a branch', 'verify', {}, false],
  ['a branch that is trusted', 'verify', { reuse: 'branches' }, true],
  ['a fork of one that trusts branches', 'verify', { reuse: 'branches', fork: 'somebody' }, false],
  ['a branch, into the project’s own registry', 'verify', { reuse: 'branches', own: true }, false],
  ['a workstation', undefined, {}, true],
] as const)('%s publishes or does not', (_who, role, more, expected) => {
  const { reuse = 'none', fork, own } = { fork: undefined, own: false, ...more } as Case;
  const registry = own ? 'own' : { url: 'registry.example.com' };
  expect(mayPublish({ reuse, registry } as never, { MILLRACE_ROLE: role, CHANGE_FORK: fork })).toBe(expected);
});

interface Case {
  reuse?: 'none' | 'branches';
  fork: string | undefined;
  own: boolean;
}
