import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findDenied } from '../ansible/policies.ts';
import { expectNothing } from './services/cluster-checks.ts';
import { applyKilled, expectFine, setVariables, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterWorld } from './services/cluster-world.ts';
import type { ShopClient } from './services/shop-client.ts';

/**
 * From nothing to a shop on three machines and back to nothing, in the order in which a team would do it; each test goes
 * on where the one before has ended. Real: Packer, Ansible, SSH, engines, Swarm, registry. A stand-in: AWS, whose
 * instances are machines of the lab.
 */
let world: ClusterWorld;
let client: ShopClient;

beforeAll(async () => {
  world = await startClusterWorld({ nodes: 3 });
});
afterAll(async () => {
  await client?.stop();
  await world?.stop();
});

const NODES = 3;
/** 40 by `script/test soak` (cluster-kills). */
const KILLS = 3;

async function apply(...args: string[]): Promise<Record<string, string>> {
  const answer = await world.run(['apply', '--json', ...args]);
  expectFine(answer);
  return Object.fromEntries(answer.json.components.map(({ id, outcome }) => [id, outcome]));
}

/** Ids of what a run did something to. */
function touched(outcomes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(outcomes).filter(([, outcome]) => outcome !== 'kept'));
}

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');
const idsOfMachines = async (): Promise<string[]> => (await world.machines()).map(({ id }) => id).sort();

/** Whatever happened: the shop was there all the time, and so is what it keeps. */
async function expectServed(): Promise<void> {
  expect(client.count().failed).toEqual([]);
  expect(await world.ask('/orders')).toContain('first');
}

describe('a shop on a cluster', () => {
  test('comes out of nothing though it is killed on the way: image, machines, Swarm, services, each once', async () => {
    await applyKilled(world, 1, [1_000, 30_000]);
    // Later ones, which find machines and a Swarm half made.
    await applyKilled(world, KILLS - 1, [20_000, 45_000]);
    await apply();
    expect(await world.count()).toEqual({ instances: NODES, vpcs: 1, volumes: 1, groups: 2, keyPairs: 1 });
    client = world.startClient();
    await client.until('1');
    expect(await world.ask('/order/first')).toContain('first');
  });

  test('that is there already is left alone', async () => {
    const before = await idsOfMachines();
    expect(touched(await apply())).toEqual({});
    expect(await idsOfMachines()).toEqual(before);
    const applied = world.takeActions();
    expect(applied).toEqual(expect.arrayContaining(['ec2:CreateImage', 'ec2:AttachVolume']));
    expect(findDenied(applied, 'bake', 'deploy')).toEqual([]);
    expectFine(await world.run(['status', '--json']));
    expect(findDenied(world.takeActions(), 'plan')).toEqual([]);
  });

  test('gets one service edited: one build, one update', async () => {
    world.commit({
      'services/api/api.py': read('services/api/api.py').replace('VERSION = "1"', 'VERSION = "2"'),
    });
    expect(touched(await apply())).toEqual({ 'image:api': 'built', 'stack:shop': 'deployed' });
    await client.until('2');
    await expectServed();
  });

  test('goes back by a revert, and nothing is built', async () => {
    world.git('revert', '--no-edit', 'HEAD');
    expect(touched(await apply())).toEqual({ 'stack:shop': 'deployed' });
    expect(await world.ask('/')).toContain('version 1');
    await expectServed();
  });

  test('gets its nodes replaced one by one where a role changed', async () => {
    const before = await idsOfMachines();
    const path = 'ansible/roles/swarm_node/defaults/main.yml';
    world.commit({ [path]: `${read(path)}\n# Another image.\n` });
    expect(touched(await apply())).toEqual({
      'ami:cluster-node': 'built',
      'infrastructure:cluster': 'deployed',
    });
    const after = await idsOfMachines();
    expect(after).toHaveLength(NODES);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    await expectServed();
  });

  test.each([4, 2])('is resized to %s nodes', async (nodes) => {
    const before = await idsOfMachines();
    setVariables(world.folder, { nodes, ssh_from: ['203.0.113.0/24'] });
    world.commit({});
    expect(touched(await apply())).toEqual({ 'infrastructure:cluster': 'deployed' });
    const after = await idsOfMachines();
    expect(after).toHaveLength(nodes);
    // Only what changed: nobody else's place was taken.
    expect(after.filter((id) => before.includes(id))).toHaveLength(Math.min(nodes, before.length));
    await expectServed();
  });

  test('is taken away whole, and twice is fine', async () => {
    const { answered } = await client.stop();
    expect(answered).toBeGreaterThan(100);
    expect(findDenied(world.takeActions(), 'bake', 'deploy')).toEqual([]);
    for (const _time of [1, 2]) {
      expectFine(await world.run(['destroy', '--account', '123456789012', '--json']));
      expect(await world.machines()).toEqual([]);
    }
    expect(findDenied(world.takeActions(), 'destroy')).toEqual([]);
    await expectNothing(world);
  });
});
