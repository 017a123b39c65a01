import { beforeEach, describe, expect, test } from '@jest/globals';
import { openSwarms } from '../../generator/cli/open-swarms.ts';
import type { Losses } from '../../generator/cli/lost-swarm.ts';
import type { SwarmSettings } from '../../generator/cli/open-swarms.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { ClusterNode } from '../../generator/ports/cluster-nodes.ts';
import type { Engine } from '../../generator/ports/engine.ts';

type State =
  | 'manager'
  | 'worker'
  | 'in none'
  | 'without engine'
  | 'denied'
  | 'leaderless'
  | 'no engine'
  | 'no ssh'
  | 'no key';

const waiting = (): Losses => ({ quorum: false, machines: false });
const replacing = (): Losses => ({ quorum: false, machines: true });

/** Of each machine what it is; of each infrastructure its machines. */
let machines: Record<string, State>;
let clusters: Record<string, string[]>;
/** Who is found where somebody asks anew; the same where undefined. */
let replaced: string[] | undefined;
let isPending: boolean;
let local: State;
/** The machine that the engine at hand is on. */
let localInstance: string | undefined;
let opened: string[];
let closed: string[];
let broken: Set<string>;
beforeEach(() => {
  machines = { a: 'manager', b: 'manager', c: 'worker' };
  clusters = { cluster: ['a', 'b', 'c'] };
  [local, localInstance] = ['manager', undefined];
  [replaced, isPending] = [undefined, false];
  [opened, closed, broken] = [[], [], new Set()];
});

function engine(host: string): Engine {
  const name = host.replace('unix:///tunnel/', '');
  return {
    host,
    get: (path: string) => {
      if (path === '/nodes/here')
        return Promise.resolve({ Spec: { Labels: { 'millrace.instance': localInstance } } });
      const state = host === 'unix:///local' ? local : machines[name];
      if (state === 'no engine') return Promise.reject(new UserError('ENGINE_UNREACHABLE', 'no'));
      const LocalNodeState = state === 'in none' ? 'inactive' : 'active';
      const ControlAvailable = state === 'manager' || state === 'leaderless';
      const Error = state === 'leaderless' ? 'rpc error: The swarm does not have a leader.' : '';
      return Promise.resolve({ Swarm: { ControlAvailable, LocalNodeState, Error, NodeID: 'here' } });
    },
  } as Partial<Engine> as Engine;
}

function swarms(more: Partial<SwarmSettings> = {}) {
  return openSwarms({
    env: {},
    nodes: {
      find: (name, anew) =>
        Promise.resolve(
          ((anew ? replaced : undefined) ?? clusters[name])?.map((id): ClusterNode => ({
            id,
            address: id,
            port: 22,
            user: 'admin',
          })),
        ),
      isPending: () => Promise.resolve(isPending),
    },
    openTunnel: ({ id }) => {
      opened.push(id);
      if (machines[id] === 'no ssh')
        return Promise.reject(
          new UserError('SSH_UNREACHABLE', `SSH to ${id}: no answer in time; does it run?`),
        );
      if (machines[id] === 'no key')
        return Promise.reject(
          new UserError('SSH_KEY_REFUSED', `SSH to ${id}: it takes none; load a key into ssh-agent`),
        );
      return Promise.resolve({
        socket: `/tunnel/${id}`,
        engine: ({ 'without engine': 'none', denied: 'denied' } as const)[machines[id] as string] ?? 'there',
        isOpen: () => !broken.has(id),
        close: () => Promise.resolve(void closed.push(id)),
      });
    },
    openEngine: engine,
    localHost: 'unix:///local',
    ...more,
  });
}

describe('on a node of the cluster', () => {
  const env = { MILLRACE_ON_NODE: '1' };

  test('its own engine is asked, without a login, where it manages', async () => {
    localInstance = 'b';
    expect((await swarms({ env }).find('cluster'))?.host).toBe('unix:///local');
    expect(opened).toEqual([]);
  });

  test.each<[State, string]>([
    ['worker', 'b'],
    ['manager', 'another'],
  ])('a %s of machine %s is not asked', async (state, instance) => {
    [local, localInstance] = [state, instance];
    expect((await swarms({ env }).find('cluster'))?.host).toBe('unix:///tunnel/a');
  });

  test('a cluster that is not there is not there', async () => {
    localInstance = 'b';
    clusters = {};
    expect(await swarms({ env }).find('cluster')).toBeUndefined();
  });
});

describe('the Swarm of an infrastructure', () => {
  test('is reached through its first manager, once, whoever asks', async () => {
    const { find, close } = swarms();
    const found = await Promise.all([find('cluster'), find('cluster')]);
    expect(found.map((one) => one?.host)).toEqual(['unix:///tunnel/a', 'unix:///tunnel/a']);
    expect((await find('cluster'))?.host).toBe('unix:///tunnel/a');
    expect(opened).toEqual(['a']);
    await close();
    expect(closed).toEqual(['a']);
  });

  test.each<State>(['no ssh', 'no engine', 'worker'])(
    'is looked for further where the first has %s',
    async (state) => {
      machines['a'] = state;
      const { find } = swarms();
      expect((await find('cluster'))?.host).toBe('unix:///tunnel/b');
      expect(closed).toEqual(state === 'no ssh' ? [] : ['a']);
    },
  );

  test.each<[string, () => void]>([
    ['the connection broke', () => broken.add('a')],
    ['the node is no manager any more', () => (machines['a'] = 'worker')],
    ['its engine has ended', () => (machines['a'] = 'no engine')],
  ])('is reached anew where %s', async (_why, change) => {
    const { find } = swarms();
    await find('cluster');
    change();
    clusters['cluster'] = ['b'];
    expect((await find('cluster'))?.host).toBe('unix:///tunnel/b');
    expect(closed).toEqual(['a']);
  });

  test('is not there before it was made, and then it is', async () => {
    const { find } = swarms();
    expect(await find('later')).toBeUndefined();
    clusters['later'] = ['b'];
    expect((await find('later'))?.host).toBe('unix:///tunnel/b');
  });

  test('is an error where nobody answers, with the first cause; and is tried again', async () => {
    machines = { a: 'no ssh', b: 'no ssh', c: 'worker' };
    const { find } = swarms();
    await expect(find('cluster')).rejects.toMatchObject({
      code: 'SWARM_UNREACHABLE',
      message:
        'infrastructure:cluster is there, but none of its machines answers as a manager; SSH to a: no answer in time; does it run?; if its managers do not come back, deploy once with the variable recover_quorum: true',
    });
    machines['a'] = 'manager';
    expect((await find('cluster'))?.host).toBe('unix:///tunnel/a');
  });

  test('is looked for anew where the machines that were known are gone', async () => {
    machines = { a: 'no ssh', b: 'no ssh', c: 'no ssh', d: 'manager' };
    replaced = ['d'];
    expect((await swarms().find('cluster'))?.host).toBe('unix:///tunnel/d');
    replaced = ['a', 'b'];
    await expect(swarms().find('cluster')).rejects.toMatchObject({ code: 'SWARM_UNREACHABLE' });
    // Who was asked just now is not asked once more.
    expect(opened.filter((id) => id === 'a')).toHaveLength(2);
  });

  test('that has lost most managers is an error that says what to do, until the project gives them up', async () => {
    machines = { a: 'no ssh', b: 'leaderless', c: 'worker' };
    await expect(swarms().find('cluster')).rejects.toMatchObject({
      code: 'SWARM_UNREACHABLE',
      message:
        'infrastructure:cluster is there, but none of its machines answers as a manager; b manages a Swarm that has lost the majority of its managers; if they do not come back, deploy once with the variable recover_quorum: true',
    });
    const quorum: SwarmSettings['lossesOf'] = (name) => ({ quorum: name === 'cluster', machines: false });
    expect(await swarms({ lossesOf: quorum }).find('cluster')).toBeUndefined();
    machines['c'] = 'manager';
    expect((await swarms({ lossesOf: quorum }).find('cluster'))?.host).toBe('unix:///tunnel/c');
  });

  test.each<[string, State[]]>([
    ['the one machine', ['no ssh']],
    ['both machines', ['no ssh', 'no engine']],
    ['the one that manages, beside one that is in no Swarm,', ['no ssh', 'in none']],
  ])('is not there where %s cannot be asked and the project gives that up', async (_who, states) => {
    clusters['cluster'] = states.map((_state, index) => `n${index}`);
    machines = Object.fromEntries(states.map((state, index) => [`n${index}`, state]));
    expect(await swarms({ lossesOf: replacing }).find('cluster')).toBeUndefined();
    await expect(swarms({ lossesOf: waiting }).find('cluster')).rejects.toMatchObject({
      code: 'SWARM_UNREACHABLE',
      message: expect.stringMatching(
        /; if it is lost, deploy once with the variable replace_unreachable: true$/,
      ),
    });
  });

  test.each<[string, State[], string]>([
    [
      'several managers',
      ['no ssh', 'no ssh', 'no ssh'],
      'if all of them are lost, deploy once with the variables recover_quorum: true and replace_unreachable: true',
    ],
    [
      'the manager of another one',
      ['no ssh', 'worker'],
      'if its managers do not come back, deploy once with the variables recover_quorum: true and replace_unreachable: true',
    ],
    [
      'most managers',
      ['no ssh', 'no ssh', 'leaderless'],
      'if they do not come back, deploy once with the variable recover_quorum: true',
    ],
    ['a machine that takes no key', ['no key'], 'load a key into ssh-agent'],
    ['a machine, and another takes no key,', ['no ssh', 'no key'], 'load a key into ssh-agent'],
  ])('is an error that says what to do where replacing %s is not enough', async (_what, states, advice) => {
    clusters['cluster'] = states.map((_state, index) => `n${index}`);
    machines = Object.fromEntries(states.map((state, index) => [`n${index}`, state]));
    await expect(swarms({ lossesOf: replacing }).find('cluster')).rejects.toMatchObject({
      code: 'SWARM_UNREACHABLE',
      message: expect.stringMatching(new RegExp(`; ${advice}$`)),
    });
  });

  test('is no Swarm whose machines somebody replaces where they are an inventory', async () => {
    clusters['cluster'] = ['a'];
    machines = { a: 'no ssh' };
    const lossesOf = (): Losses => ({ quorum: false, machines: undefined });
    await expect(swarms({ lossesOf }).find('cluster')).rejects.toMatchObject({
      message: 'infrastructure:cluster is there, but SSH to a: no answer in time; does it run?',
    });
  });

  test('is an error where the user may not use the engine, with the way to change that', async () => {
    machines = { a: 'denied', b: 'in none', c: 'in none' };
    await expect(swarms().find('cluster')).rejects.toThrow(
      /a: admin may not use its Docker; run there, as root: usermod --append --groups docker admin/,
    );
    expect(closed).toEqual(opened);
  });

  test.each<[string, string[]]>([
    ['no machine of it runs', []],
    ['all machines say that they are in none', ['in none', 'in none']],
    ['no engine was ever started there', ['without engine', 'in none']],
  ])('is not there yet where %s', async (_why, states) => {
    clusters['cluster'] = states.map((_state, index) => `n${index}`);
    machines = Object.fromEntries(states.map((state, index) => [`n${index}`, state as State]));
    expect(await swarms().find('cluster')).toBeUndefined();
    expect(closed).toEqual(opened);
  });

  test.each<State>(['no ssh', 'no engine', 'worker'])(
    'is not there where one machine has %s and its deploy never ended; else that is an error',
    async (state) => {
      machines = { a: 'in none', b: state, c: 'in none' };
      isPending = true;
      expect(await swarms().find('cluster')).toBeUndefined();
      isPending = false;
      await expect(swarms().find('cluster')).rejects.toMatchObject({ code: 'SWARM_UNREACHABLE' });
    },
  );
});

describe('the engine at hand', () => {
  test('is a Swarm where it is a manager', async () => {
    const { find } = swarms({ nodes: undefined });
    expect((await find(undefined))?.host).toBe('unix:///local');
    expect(opened).toEqual([]);
  });

  test('is refused where it is none, with the command that makes it one', async () => {
    local = 'worker';
    await expect(swarms().find(undefined)).rejects.toMatchObject({
      code: 'NO_SWARM',
      message: expect.stringContaining('`docker swarm init`'),
    });
  });

  test('stands for an infrastructure in a lab without machines, once that is there', async () => {
    const { find } = swarms({ env: { MILLRACE_LAB: '/lab' } });
    expect((await find('cluster'))?.host).toBe('unix:///local');
    expect(await find('later')).toBeUndefined();
    const whole = swarms({ env: { MILLRACE_LAB: '/lab', MILLRACE_LAB_MACHINES: '1' } });
    expect((await whole.find('cluster'))?.host).toBe('unix:///tunnel/a');
  });
});
