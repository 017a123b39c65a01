import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { changes, startSwarmWorld } from '../ansible/swarm-world.ts';
import type { SwarmWorld } from '../ansible/swarm-world.ts';

// A Swarm of three, which its members leave one by one; one story, told in order.
let world: SwarmWorld;
beforeAll(async () => {
  world = await startSwarmWorld(3);
  const manager = { cluster_member_role: 'manager' };
  await play({ 1: { ...manager, cluster_member_first: true }, 2: {}, 3: manager });
}, 600_000);
afterAll(() => world?.stop());
const docker = (machine: number, ...args: string[]): string => world.docker(machine, ...args);
const listNodes = (): Record<string, string> => world.listNodes();
const play: SwarmWorld['play'] = (...args) => world.play(...args);

const LAST = {
  1: { cluster_member_state: 'absent', cluster_member_dissolve: true },
  2: { cluster_member_state: 'absent', cluster_member_dissolve: true },
};

test('whoever still runs something when the time is up stays a member, and is named', async () => {
  const slow = ['sh', '-c', 'trap "" TERM; while :; do /bin/busybox sleep 1; done'];
  const spread = ['--replicas', '2', '--replicas-max-per-node', '1', '--constraint', 'node.hostname!=node-1'];
  docker(
    1,
    'service',
    'create',
    '--quiet',
    '--name',
    'slow',
    '--stop-grace-period',
    '30s',
    ...spread,
    '--no-resolve-image',
    'local/busybox',
    '/bin/busybox',
    ...slow,
  );
  docker(
    1,
    'service',
    'create',
    '--quiet',
    '--name',
    'web',
    '--replicas',
    '3',
    '--no-resolve-image',
    'local/busybox',
    '/bin/busybox',
    'sleep',
    '9999',
  );
  docker(
    1,
    'service',
    'create',
    '--quiet',
    '--detach',
    '--name',
    'broken',
    '--no-resolve-image',
    'local/busybox',
    '/no/such',
  );
  const run = await play({ 2: { cluster_member_state: 'absent' } }, [], { cluster_member_drain_timeout: 3 });
  expect(run.code).not.toBe(0);
  expect(run.output).toMatch(/host2 is drained, but after 3 s still runs\s+local\/busybox/);
  expect(listNodes()).toMatchObject({ 'node-2': 'worker Ready Drain' });
  docker(1, 'service', 'update', '--quiet', '--detach', '--replicas', '1', 'slow');
});

test('a dry run takes neither a worker nor a manager away', async () => {
  const before = listNodes();
  const absent = { cluster_member_state: 'absent' };
  const dry = await play({ 2: absent, 3: absent }, ['--check']);
  expect([dry.code, changes(dry)]).toEqual([0, [1, 1]]);
  for (const host of ['host2', 'host3']) expect(dry.output).toContain(`${host} would be drained and leave.`);
  expect(listNodes()).toEqual(before);
  for (const machine of [2, 3])
    expect(docker(machine, 'info', '--format', '{{.Swarm.LocalNodeState}}')).toBe('active');
});

test('a worker leaves when its work has ended and is done elsewhere, whatever was broken before', async () => {
  const run = await play({ 2: { cluster_member_state: 'absent' } });
  expect(run).toMatchObject({ code: 0 });
  expect(Object.keys(listNodes())).toEqual(['node-1', 'node-3']);
  expect(docker(2, 'info', '--format', '{{.Swarm.LocalNodeState}}')).toBe('inactive');
  expect(docker(2, 'ps', '--quiet')).toBe('');
  expect(docker(1, 'service', 'ls', '--filter', 'name=web', '--format', '{{.Replicas}}')).toBe('3/3');
  expect(changes(await play({ 2: { cluster_member_state: 'absent' } }))).toEqual([0]);
});

test('what left without being struck off is struck off by the next run', async () => {
  await play({ 2: { cluster_member_labels: { 'millrace.instance': 'i-2' } } });
  docker(2, 'swarm', 'leave');
  const run = await play({ 2: { cluster_member_state: 'absent' } });
  expect([run.code, changes(run)]).toEqual([0, [1]]);
  expect(Object.keys(listNodes())).toEqual(['node-1', 'node-3']);
});

test('a machine of another Swarm is left alone, unless it is told to leave it', async () => {
  docker(2, 'swarm', 'init', '--advertise-addr', world.machines[1]!.address);
  const own = docker(2, 'info', '--format', '{{.Swarm.NodeID}}');
  const member = { 2: { cluster_member_role: 'manager' } };
  for (const args of [[], ['--check']]) {
    const run = await play(member, args);
    expect(run.code).not.toBe(0);
    expect(run.output).toMatch(
      /host2 is in another Swarm, or in one that is dead \(state active, node\s+\w+\)/,
    );
  }
  const dry = await play(member, ['--check'], { cluster_member_force_rejoin: true });
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.output).toContain('host2 would become a manager');
  expect(docker(2, 'info', '--format', '{{.Swarm.NodeID}}')).toBe(own);
  const run = await play(member, [], { cluster_member_force_rejoin: true });
  expect(run).toMatchObject({ code: 0 });
  expect(listNodes()).toMatchObject({ 'node-2': 'manager Ready Active', 'node-3': 'manager Ready Active' });
});

test('a manager stays one where the majority would go with it, and nobody leaves through itself', async () => {
  const itself = await play({ 1: { cluster_member_state: 'absent' } });
  expect(itself.code).not.toBe(0);
  expect(itself.output).toMatch(/host1 cannot leave through itself: expected another manager/);
  await world.machines[2]!.stop();
  const unreachable = '{{.ManagerStatus.Reachability}}';
  while (docker(1, 'node', 'inspect', '--format', unreachable, 'node-3') !== 'unreachable');
  const run = await play({ 2: { cluster_member_state: 'absent' } });
  expect(run.code).not.toBe(0);
  expect(run.output).toMatch(/host2 cannot stop managing: of the other 2 managers\s+1 would be reachable/);
  expect(listNodes()).toMatchObject({ 'node-2': 'manager Ready Active' });
});

test('the last one leaves where the Swarm is to end', async () => {
  const dry = await play(LAST, ['--check']);
  expect([dry.code, changes(dry)]).toEqual([0, [1, 1]]);
  expect(dry.output).toContain('host2 would leave; with its last manager the Swarm ends.');
  for (const machine of [1, 2])
    expect(docker(machine, 'info', '--format', '{{.Swarm.LocalNodeState}}')).toBe('active');
  const [end, again] = [await play(LAST), await play(LAST)];
  expect([end.code, changes(end), changes(again)]).toEqual([0, [1, 1], [0, 0]]);
  for (const machine of [1, 2])
    expect(docker(machine, 'info', '--format', '{{.Swarm.LocalNodeState}}')).toBe('inactive');
});
