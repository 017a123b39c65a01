import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

// What deploy.yml decides by: the filters beside it, called as Ansible calls them.

const FILTERS = join(import.meta.dirname, '../../ansible/filter_plugins');
const PROGRAM = `import json, sys
sys.path.insert(0, sys.argv[1])
import cluster_plan
print(json.dumps(cluster_plan.FilterModule().filters()[sys.argv[2]](*json.load(sys.stdin))))`;

function filter<Result>(name: string, ...values: unknown[]): Result {
  const run = spawnSync('python3', ['-B', '-c', PROGRAM, FILTERS, name], {
    input: JSON.stringify(values),
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Result;
}

interface Plan {
  lost: string[];
  fit: string[];
  keep: string[];
  retire: string[];
  start: { zone: string; count: number }[];
}

/** `i1` was launched first; zones and images as they are given. */
function machine(id: string, more: object = {}): object {
  const launched = `2026-01-01T00:00:0${id.slice(1)}`;
  return { id, image: 'new', type: 't3.medium', zone: 'a', launched, manager: false, ...more };
}

function plan(machines: object[], more: object = {}): Plan {
  const wanted = { image: 'new', type: 't3.medium', lost: [], data: '', data_zone: 'a', zones: ['a', 'b'] };
  return filter('plan_nodes', machines, { count: 3, ...wanted, ...more });
}

describe('which nodes stay, go and start', () => {
  test('an empty cluster starts its nodes spread over the zones, the first where the data is', () => {
    expect(plan([])).toMatchObject({
      keep: [],
      start: [
        { zone: 'a', count: 2 },
        { zone: 'b', count: 1 },
      ],
    });
    expect(plan([], { count: 1, data_zone: 'b' }).start).toEqual([{ zone: 'b', count: 1 }]);
  });

  test('a whole cluster stays as it is', () => {
    const all = [machine('i1'), machine('i2', { zone: 'b' }), machine('i3')];
    expect(plan(all, { data: 'i1' })).toEqual({
      lost: [],
      fit: ['i1', 'i2', 'i3'],
      keep: ['i1', 'i2', 'i3'],
      retire: [],
      start: [],
    });
  });

  test('another image or another type replaces, who holds the data last', () => {
    const old = { image: 'old' };
    const all = [
      machine('i1', old),
      machine('i2', { ...old, zone: 'b' }),
      machine('i3', { type: 't2.small' }),
    ];
    expect(plan(all, { data: 'i1' })).toMatchObject({
      keep: [],
      retire: ['i3', 'i2', 'i1'],
      start: [
        { zone: 'a', count: 2 },
        { zone: 'b', count: 1 },
      ],
    });
  });

  test('of too many the former images go first, then the newest, never who holds the data or manages', () => {
    const all = [
      machine('i1', { zone: 'b' }),
      machine('i2', { manager: true }),
      machine('i3'),
      machine('i4'),
      machine('i5', { image: 'old' }),
    ];
    expect(plan(all, { count: 2, data: 'i4' })).toMatchObject({
      keep: ['i4', 'i2'],
      retire: ['i5', 'i3', 'i1'],
      start: [],
    });
  });

  test('a lost node is replaced in the zone that lacks one', () => {
    const all = [machine('i1'), machine('i2', { zone: 'b' }), machine('i3')];
    expect(plan(all, { lost: ['i2'], data: 'i1' })).toMatchObject({
      lost: ['i2'],
      keep: ['i1', 'i3'],
      start: [{ zone: 'b', count: 1 }],
    });
  });

  test('one of those that stay is in the zone of the data', () => {
    const all = [machine('i1', { zone: 'b' }), machine('i2', { zone: 'b' })];
    expect(plan(all, { count: 2 })).toMatchObject({
      keep: ['i1'],
      retire: ['i2'],
      start: [{ zone: 'a', count: 1 }],
    });
    expect(plan(all, { count: 1 })).toMatchObject({ keep: [], start: [{ zone: 'a', count: 1 }] });
  });
});

describe('who manages', () => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 3],
    [5, 5],
    [9, 5],
  ])('of %i nodes %i manage', (count, managers) => {
    const nodes = Array.from({ length: count }, (_, n) => machine(`i${n}`));
    expect(filter<string[]>('choose_managers', nodes, count)).toHaveLength(managers);
  });

  test('who manages already goes on', () => {
    const nodes = [machine('i1'), machine('i2', { manager: true })];
    expect(filter('choose_managers', nodes, 2)).toEqual(['i2']);
  });
});

describe('members of the Swarm', () => {
  const member = (id: string, state: string, instance?: string, role = 'worker'): object => ({
    ID: id,
    Description: { Hostname: `host-${id}` },
    Spec: {
      Role: role,
      Availability: 'active',
      ...(instance === undefined ? {} : { Labels: { 'millrace.instance': instance } }),
    },
    Status: { State: state },
  });

  test('those are gone that are down and that no machine stands behind', () => {
    const members = [
      member('n1', 'ready', 'i1'),
      member('n2', 'down', 'i2'),
      member('n3', 'down', 'i3', 'manager'),
      member('n4', 'down', 'i4'),
      member('n5', 'ready', 'i5'),
    ];
    const hosts = [
      { id: 'i1', node_id: 'n1' },
      { id: 'i2', node_id: 'n9' },
      { id: 'i4', node_id: '' },
    ];
    expect(filter('gone_members', members, hosts, [])).toEqual([
      { id: 'n2', name: 'host-n2', manager: false },
      { id: 'n3', name: 'host-n3', manager: true },
    ]);
    expect(filter('gone_members', members, hosts, ['i4'])).toHaveLength(3);
  });

  test('what EC2 does not list is gone, whatever the Swarm still holds it for', () => {
    const members = [
      member('n1', 'ready', 'i1', 'manager'),
      member('n2', 'ready', 'i2', 'manager'),
      member('n3', 'unknown', 'i3', 'manager'),
      member('n4', 'ready', 'i4'),
      member('n5', 'ready'),
    ];
    const hosts = [
      { id: 'i1', node_id: 'n1' },
      { id: 'i3', node_id: '' },
      { id: 'i4', node_id: '' },
    ];
    const gone = (lost: string[], network: string): string[] =>
      filter<{ id: string }[]>('gone_members', members, hosts, lost, network).map(({ id }) => id);
    expect(gone([], '172.31.0.0/16')).toEqual(['n2']);
    expect(gone(['i4'], '172.31.0.0/16')).toEqual(['n2', 'n4']);
    expect(gone([], '')).toEqual([]);
  });

  test('things are told by their tags: those of an infrastructure, and those of a bake', () => {
    const things = [
      { name: 'a', tags: { 'millrace:project': 'shop', 'millrace:component': 'cluster', Name: 'x' } },
      { name: 'b', tags: { 'millrace:project': 'shop-eu', 'millrace:component': 'cluster' } },
      {
        name: 'c',
        tags: { 'millrace:project': 'shop', 'millrace:component': 'cluster', 'millrace:run': 'r' },
      },
      { name: 'd' },
    ];
    const namesOf = (found: { name: string }[]): string => found.map(({ name }) => name).join('');
    const tags = { 'millrace:project': 'shop', 'millrace:component': 'cluster' };
    expect(namesOf(filter('bearing', things, tags))).toBe('ac');
    expect(namesOf(filter('not_of_a_bake', things))).toBe('abd');
  });

  test('one that died before it was labelled is ours where it is in our network, and else somebody’s', () => {
    const members = [
      member('n1', 'down'),
      { ...member('n2', 'down'), Status: { State: 'down', Addr: '172.31.3.4' } },
    ];
    const gone = filter<{ id: string }[]>('gone_members', members, [], [], '172.31.0.0/16');
    expect(gone.map(({ id }) => id)).toEqual(['n2']);
    expect(filter('gone_members', members, [], [])).toEqual([]);
  });

  test('who never said its name is a stray, whether the Swarm has given it up yet or not', () => {
    const silent = { Description: { Engine: {} } };
    const members = [
      member('n1', 'ready', 'i1', 'manager'),
      member('n2', 'down', 'i2'),
      { ...member('n3', 'unknown'), ...silent },
      { ...member('n4', 'down', undefined, 'manager'), ...silent },
    ];
    expect(filter('stray_members', members)).toEqual([
      { id: 'n3', name: 'n3', manager: false },
      { id: 'n4', name: 'n4', manager: true },
    ]);
  });

  test('members are found by their address, also where only the manager’s port is known', () => {
    const members = [
      { ...member('n1', 'ready'), Status: { State: 'ready', Addr: '172.31.0.4' } },
      { ...member('n2', 'ready'), Status: { Addr: '0.0.0.0' }, ManagerStatus: { Addr: '172.31.0.5:2377' } },
      member('n3', 'ready'),
    ];
    expect(filter('members_at', members, ['172.31.0.4', '172.31.0.5'])).toEqual(['n1', 'n2']);
  });

  test('those are waited for that are ours, silent, and not yet held for down', () => {
    const members = [member('n1', 'ready', 'i1'), member('n2', 'unknown', 'i2'), member('n3', 'ready')];
    expect(filter('silent_members', members, ['n1'])).toEqual(['host-n2']);
    expect(filter('silent_members', members, ['n1'], ['i1', 'i2'])).toEqual(['host-n2']);
    expect(filter('silent_members', members, ['n1'], ['i1'])).toEqual([]);
  });

  test('those differ that are no members, or others than they should be', () => {
    const wanted = filter<Record<string, object>>('label_nodes', ['i1', 'i2', 'i3'], {
      managers: ['i1'],
      builders: ['i2', 'i3'],
      data: 'i1',
    });
    expect(wanted['i1']).toEqual({
      role: 'manager',
      labels: { 'millrace.instance': 'i1', 'millrace.data': 'true' },
    });
    const right = (id: string, instance: string): object => ({
      ...member(id, 'ready'),
      Spec: {
        Role: 'worker',
        Availability: 'active',
        Labels: { 'millrace.instance': instance, 'millrace.build': 'true', 'a.label': 'of somebody' },
      },
    });
    const nodes = ['1', '2', '3'].map((n) => ({ id: `i${n}`, node_id: `n${n}` }));
    const members = [member('n1', 'ready', 'i1', 'manager'), right('n2', 'i2'), right('n3', 'i2')];
    expect(filter('differing_nodes', wanted, nodes, members)).toEqual(['i1', 'i3']);
    expect(filter('differing_nodes', wanted, nodes, [])).toEqual(['i1', 'i2', 'i3']);
  });
});

test('a service with too few tasks is not settled; a job never is unsettled', () => {
  const service = (name: string, mode: object, running: number, wanted: number): object => ({
    Spec: { Name: name, Mode: mode },
    ServiceStatus: { RunningTasks: running, DesiredTasks: wanted },
  });
  const services = [
    service('web', { Replicated: {} }, 1, 2),
    service('agent', { Global: {} }, 3, 3),
    service('job', { ReplicatedJob: {} }, 0, 1),
  ];
  expect(filter('unsettled_services', services)).toEqual(['web']);
});
