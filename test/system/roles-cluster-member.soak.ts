import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { changes, startSwarmWorld } from '../ansible/swarm-world.ts';
import type { SwarmWorld } from '../ansible/swarm-world.ts';

// Three machines become one Swarm; what follows is one story, told in order.
let world: SwarmWorld;
beforeAll(async () => {
  world = await startSwarmWorld(3);
}, 600_000);
afterAll(() => world?.stop());
const docker = (machine: number, ...args: string[]): string => world.docker(machine, ...args);
const listNodes = (): Record<string, string> => world.listNodes();
const play: SwarmWorld['play'] = (...args) => world.play(...args);

const labelsOf = (name: string): unknown =>
  JSON.parse(docker(1, 'node', 'inspect', '--format', '{{json .Spec.Labels}}', name));

const WHOLE = {
  1: {
    cluster_member_first: true,
    cluster_member_role: 'manager',
    cluster_member_labels: { 'millrace.data': true, rack: 'a' },
  },
  2: { cluster_member_role: 'manager', cluster_member_labels: { 'millrace.build': 'true' } },
  3: { cluster_member_labels: { 'millrace.build': 'true', 'millrace.instance': 'i-3' } },
};

test('a dry run says what it would do, and no machine is in a Swarm after it', async () => {
  const run = await play(WHOLE, ['--check']);
  expect(run).toMatchObject({ code: 0 });
  expect(run.output).toContain('host3 would become a worker');
  expect(changes(run)).toEqual([1, 1, 1]);
  for (const machine of [1, 2, 3])
    expect(docker(machine, 'info', '--format', '{{.Swarm.LocalNodeState}}')).toBe('inactive');
});

test('one begins a Swarm, the others join with their roles and labels, and no token is seen anywhere', async () => {
  const run = await play(WHOLE, ['-vvv']);
  expect(run).toMatchObject({ code: 0 });
  expect(run.output).not.toContain('SWMTKN');
  expect(listNodes()).toEqual({
    'node-1': 'manager Ready Active',
    'node-2': 'manager Ready Active',
    'node-3': 'worker Ready Active',
  });
  expect(labelsOf('node-1')).toEqual({ 'millrace.data': 'true', rack: 'a' });
  expect(labelsOf('node-3')).toEqual({ 'millrace.build': 'true', 'millrace.instance': 'i-3' });
  expect(docker(2, 'info', '--format', '{{.Swarm.NodeAddr}}')).toBe(world.machines[1]!.address);
  for (const machine of world.machines) {
    const places = ['/tmp', '/var/tmp', '/var/log', '/home', '/root', '/run'];
    const { stdout } = machine.ssh(['sudo', 'grep', '-rls', '--exclude-dir=docker', 'SWMTKN', ...places]);
    expect(stdout).toBe('');
  }
});

test('again: nothing changes, in a dry run neither', async () => {
  expect(changes(await play(WHOLE))).toEqual([0, 0, 0]);
  expect(changes(await play(WHOLE, ['--check']))).toEqual([0, 0, 0]);
});

test('roles and labels become what is asked for now; labels of others stay', async () => {
  docker(1, 'node', 'update', '--label-add', 'of=somebody', 'node-3');
  const turned = {
    2: { cluster_member_role: 'worker', cluster_member_labels: { 'millrace.build': 'true' } },
    3: { cluster_member_role: 'manager', cluster_member_labels: { 'millrace.instance': 'i-3' } },
  };
  const before = listNodes();
  const dry = await play(turned, ['--check']);
  expect([dry.code, changes(dry)]).toEqual([0, [1, 2]]);
  expect(dry.output).toContain('host2 would become a worker');
  expect(dry.output).toContain('host3 would become a manager');
  expect([listNodes(), labelsOf('node-3')]).toEqual([
    before,
    { 'millrace.build': 'true', 'millrace.instance': 'i-3', of: 'somebody' },
  ]);
  const run = await play(turned);
  expect([run.code, changes(run)]).toEqual([0, [1, 2]]);
  expect(listNodes()).toMatchObject({ 'node-2': 'worker Ready Active', 'node-3': 'manager Ready Active' });
  expect(labelsOf('node-3')).toEqual({ 'millrace.instance': 'i-3', of: 'somebody' });
  expect(changes(await play(turned))).toEqual([0, 0]);
});

test('a drained one stays a member and runs nothing, until it is to be present', async () => {
  const service = ['service', 'create', '--quiet', '--name', 'everywhere', '--mode', 'global'];
  docker(1, ...service, '--no-resolve-image', 'local/busybox', '/bin/busybox', 'sleep', '9999');
  const drained = { 2: { cluster_member_state: 'drained' } };
  const dry = await play(drained, ['--check']);
  expect([dry.code, changes(dry)]).toEqual([0, [1]]);
  expect(dry.output).toContain('host2 would be drained.');
  expect(listNodes()).toMatchObject({ 'node-2': 'worker Ready Active' });
  expect(docker(2, 'ps', '--quiet')).not.toBe('');
  const run = await play(drained);
  expect([run.code, changes(run)]).toEqual([0, [1]]);
  expect(listNodes()).toMatchObject({ 'node-2': 'worker Ready Drain' });
  expect(docker(2, 'ps', '--quiet')).toBe('');
  expect(changes(await play(drained))).toEqual([0]);
  const back = await play({ 2: {} });
  expect([back.code, changes(back)]).toEqual([0, [1]]);
  expect(listNodes()).toMatchObject({ 'node-2': 'worker Ready Active' });
});
