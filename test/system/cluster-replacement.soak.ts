import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countMembers, destroyAll, expectWhole } from './services/cluster-checks.ts';
import { expectFine, setVariables, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterWorld } from './services/cluster-world.ts';
import { eventually } from './services/eventually.ts';
import { makeFailingPlaybook } from './services/failing-playbook.ts';
import type { FailingPlaybook } from './services/failing-playbook.ts';
import type { ShopClient } from './services/shop-client.ts';

/**
 * All nodes of a cluster that serves are replaced, and each task of that fails once, in its turn: what one run has left
 * the next goes on from. That all have is seen from the run that ends it: none was left to fail. The tasks before only look
 * at what is there (tasks/find_*, reach_node, judge_*), or make what nodes stand in, which playbooks.soak sweeps; how a
 * member joins is swept by playbooks-hosts.soak; keep_data is what puts the move of the data right when it has failed.
 */
const WHERE =
  /^(cluster\.yml|tasks\/(agree_on_swarm|start|dismiss|disown|join|settle|remove_node|terminate|give|hold|release|take|forget|move|finish)|roles\/(jenkins_data|cluster_member\/tasks\/(drain|demote|leave|forget|promote|keep_majority))\b)/;
const TYPES = ['t3.large', 't3.medium'];

let world: ClusterWorld;
let client: ShopClient;
let playbook: FailingPlaybook;
beforeAll(async () => {
  world = await startClusterWorld({ nodes: 3 });
  playbook = makeFailingPlaybook(WHERE);
  expectFine(await world.run(['apply']));
  client = world.startClient();
  await client.until('1');
});
afterAll(async () => {
  await client?.stop();
  await world?.stop();
  playbook?.remove();
});

/** Has all nodes replaced; ends when a run has come to its end. @returns whether no task of that run has failed */
async function replaceAll(round: number): Promise<boolean> {
  setVariables(world.folder, {
    nodes: 3,
    ssh_from: ['203.0.113.0/24'],
    instance_type: TYPES[round % TYPES.length],
  });
  world.commit({});
  for (;;) {
    const before = playbook.failed().length;
    const answer = await world.run(['apply'], playbook.environment);
    const failed = playbook.failed().slice(before);
    // For whoever watches: it takes its time.
    process.stderr.write(`${new Date().toISOString()} ${failed.join(' ') || 'whole'}: exit ${answer.code}\n`);
    // A failure that is none of ours.
    if (failed.length === 0) expectFine(answer);
    if (answer.code === 0) return failed.length === 0;
    expect(client.count().failed).toEqual([]);
    // Who holds the data holds it still, or again.
    await eventually(async () => expect(await world.ask('/orders')).toContain('kept'));
  }
}

test('a replacement of all nodes in which each task fails once is completed, and serves all the while', async () => {
  expect(await world.ask('/order/kept')).toContain('kept');
  const before = (await world.machines()).map(({ id }) => id);
  // Where a failure was rescued the run came to its end, and what comes after it is for another replacement.
  for (let round = 0; !(await replaceAll(round)); round++);
  await expectWhole(world, 3);
  expect(await countMembers(world)).toEqual({ Ready: 3 });
  expect((await world.machines()).filter(({ id }) => before.includes(id))).toEqual([]);
  expect(await world.ask('/orders')).toContain('kept');
  const files = new Set(playbook.failed().map((place) => place.replace(/:\d+$/, '')));
  const parts = ['give_data', 'take_data', 'remove_node', 'terminate_nodes', 'settle_services', 'join_swarm'];
  expect([...files]).toEqual(expect.arrayContaining(parts.map((part) => `tasks/${part}.yml`)));
  expect(playbook.failed().length).toBeGreaterThan(30);
  expect((await world.run(['plan', '--detailed-exitcode'])).code).toBe(0);
  const { answered, failed } = await client.stop();
  expect(failed).toEqual([]);
  expect(answered).toBeGreaterThan(1_000);
}, 7_200_000);

test('and is taken away whole', async () => {
  await destroyAll(world);
});
