import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { destroyAll } from './services/cluster-checks.ts';
import { expectFine, setVariables, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterWorld } from './services/cluster-world.ts';
import type { CliAnswer } from './services/cli-run.ts';

/**
 * A Swarm of one node that begins anew, by `replace: recreate` or because its machine is dead: one command brings back all
 * that ran there. Each test goes on where the one before has ended.
 */
let world: ClusterWorld;
/** What people keep of their secrets. */
let secrets: string;

// A node is young for a quarter of an hour, and waited for so long.
const VARIABLES = { nodes: 1, ssh_from: ['203.0.113.0/24'], new_node_timeout: 120 };

beforeAll(async () => {
  secrets = mkdtempSync(join(tmpdir(), 'cluster-secrets-'));
  writeFileSync(join(secrets, 'api_key'), 'opensesame\n');
  world = await startClusterWorld(VARIABLES);
  edit('project.yaml', /^( {4}variables: )/m, '    replace: recreate\n$1');
  edit('stacks/shop.yml', 'image: shop/api', 'image: shop/api\n    secrets: [api_key]');
  edit('stacks/shop.yml', /$/, '\nsecrets: { api_key: { external: true } }\n');
});
afterAll(async () => {
  await world?.stop();
  rmSync(secrets, { recursive: true, force: true });
});

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');

function edit(path: string, what: string | RegExp, by: string): void {
  world.commit({ [path]: read(path).replace(what, by) });
}

const touched = ({ json }: CliAnswer): Record<string, string> =>
  Object.fromEntries(
    json.components.filter(({ outcome }) => outcome !== 'kept').map(({ id, outcome }) => [id, outcome]),
  );

/** @returns what it did */
async function applyGiven(): Promise<Record<string, string>> {
  const answer = await world.run(['apply', '--secrets', secrets, '--json']);
  expectFine(answer);
  return touched(answer);
}

async function theNode(): Promise<string> {
  const machines = await world.machines();
  expect(machines).toHaveLength(1);
  return machines[0]!.id;
}

/** It answers, with the rows of before, and a plan finds nothing to do. */
async function expectServed(): Promise<void> {
  expect(await world.ask('/')).toContain('version 1');
  expect(await world.ask('/orders')).toContain('first');
  expect(await world.count()).toEqual({ instances: 1, vpcs: 1, volumes: 1, groups: 2, keyPairs: 1 });
  const plan = await world.run(['plan', '--json', '--detailed-exitcode']);
  expectFine(plan);
}

test('out of nothing a stack is told which of its secrets are missing, and deployed once they are given', async () => {
  const answer = await world.run(['apply', '--json']);
  expect(answer.code).toBe(1);
  expect(answer.json.components.find(({ id }) => id === 'stack:shop')?.cause).toBe(
    'stacks/shop.yml: secrets: the secret api_key is not in the Swarm; make it: millrace secret set api_key < FILE',
  );
  expect(await applyGiven()).toEqual({ 'stack:shop': 'deployed' });
  expect(await world.ask('/order/first')).toContain('first');
  await expectServed();
});

test('another image of the node: all of it goes and comes back by one apply, as the plan says', async () => {
  const before = await theNode();
  const role = 'ansible/roles/swarm_node/defaults/main.yml';
  world.commit({ [role]: `${read(role)}\n# Another image.\n` });
  const { stdout } = await world.run(['plan']);
  expect(stdout).toMatch(/> deploy +stack:shop .* its cluster may be made anew \(replace/);
  expect(await applyGiven()).toEqual({
    'ami:cluster-node': 'built',
    'infrastructure:cluster': 'deployed',
    'stack:shop': 'deployed',
  });
  expect(await theNode()).not.toBe(before);
  await expectServed();
});

test('a dead node that EC2 holds for running is replaced by one apply with the variable, and its rows move', async () => {
  const dead = await theNode();
  const drop = ['INPUT', 'FORWARD'].map((chain) => `iptables -I ${chain} -i eth0 -j DROP`);
  await world.inside(dead, ['sh', '-euc', drop.join('\n')]);
  const refused = await world.run(['apply', '--json']);
  expect(refused.code).toBe(1);
  expect(refused.json.error?.message).toMatch(
    /; if it is lost, deploy once with the variable replace_unreachable: true$/,
  );
  expect(await theNode()).toBe(dead);

  setVariables(world.folder, { ...VARIABLES, replace_unreachable: true });
  world.commit({});
  expect(await applyGiven()).toEqual({ 'infrastructure:cluster': 'deployed', 'stack:shop': 'deployed' });
  expect(await theNode()).not.toBe(dead);
  await expectServed();
});

test('the variable taken out again: the node stays, and what runs is found and kept', async () => {
  const before = await theNode();
  setVariables(world.folder, VARIABLES);
  world.commit({});
  const answer = await world.run(['apply', '--json']);
  expectFine(answer);
  expect(touched(answer)).toEqual({ 'infrastructure:cluster': 'deployed' });
  expect(await theNode()).toBe(before);
  await expectServed();
});

test('a destroy leaves nothing', async () => {
  await destroyAll(world);
});
