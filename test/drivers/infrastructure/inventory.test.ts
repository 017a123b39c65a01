import { describe, expect, test } from '@jest/globals';
import { readInventoryNodes } from '../../../generator/drivers/infrastructure/inventory-nodes.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Engine, Swarms } from '../../../generator/ports/engine.ts';
import { createInfrastructureFixture } from './infrastructure-fixture.ts';
import type { InfrastructureFixture } from './infrastructure-fixture.ts';

const PROJECT = `project: shop
infrastructure:
  cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, hosts: ansible/hosts.ini }
`;

interface Node {
  Description: { Hostname: string };
  Spec: { Role: string; Availability: string };
  Status: { State: string; Addr: string };
}

const node = (name: string, more: { state?: string; availability?: string } = {}): Node => ({
  Description: { Hostname: name },
  Spec: { Role: 'manager', Availability: more.availability ?? 'active' },
  Status: { State: more.state ?? 'ready', Addr: '192.0.2.1' },
});

/** A stand-in of a Swarm's engine: configs and nodes, in memory. */
function createSwarm() {
  let made = 0;
  const held = {
    configs: [] as { ID: string; Spec: { Name: string; Labels: Record<string, string> } }[],
    nodes: [node('web1'), node('web2')],
    calls: [] as string[],
  };
  const engine: Engine = {
    host: 'unix:///swarm',
    get: (path) => {
      if (path === '/nodes') return Promise.resolve(held.nodes);
      const { searchParams } = new URL(path, 'http://engine');
      const { label } = JSON.parse(searchParams.get('filters')!) as { label: string[] };
      const [key, value] = label[0]!.split('=') as [string, string];
      return Promise.resolve(held.configs.filter(({ Spec }) => Spec.Labels[key] === value));
    },
    post: (path, body) => {
      const Spec = body as (typeof held.configs)[0]['Spec'];
      if (held.configs.some((one) => one.Spec.Name === Spec.Name)) throw new Error('409');
      held.calls.push(`${path} ${Spec.Labels['millrace.inventory.state']}`);
      held.configs.push({ ID: `c${++made}`, Spec });
      return Promise.resolve({ status: 201, body: {} });
    },
    remove: (path) => {
      const gone = held.configs.find(({ ID }) => path === `/configs/${ID}`)!;
      held.calls.push(`remove ${gone.Spec.Labels['millrace.inventory.state']}`);
      held.configs = held.configs.filter((one) => one !== gone);
      return Promise.resolve(true);
    },
    readLog: () => Promise.resolve([]),
  };
  return { held, engine };
}

function createInventory(find: Swarms['find']): InfrastructureFixture {
  const files = {
    'project.yaml': PROJECT,
    'project.lock.yaml': 'version: 1\n',
    'ansible/hosts.ini': 'web1\nweb2\n',
  };
  return createInfrastructureFixture(files, { swarms: { find, close: () => Promise.resolve() } });
}

describe('an infrastructure of existing machines', () => {
  test('is pending while its playbook runs, and recorded in its Swarm when it has ended', async () => {
    const { held, engine } = createSwarm();
    const fixture = createInventory(() => Promise.resolve(engine));
    const { driver, cluster, task, ran } = fixture;
    expect(await fixture.observe()).toEqual({ state: 'absent' });
    fixture.onPlaybook(() => (expect(held.calls).toEqual(['/configs/create pending']), 0));
    await driver.deploy(cluster, task);
    expect(held.calls).toEqual(['/configs/create pending', '/configs/create deployed', 'remove pending']);
    expect(ran[0]!.args.slice(0, 2)).toEqual(['-i', expect.stringMatching(/deploy\/ansible\/hosts\.ini$/)]);
    // An inventory may name a jump host itself.
    expect(ran[0]!.variables).not.toContain('ansible_ssh_common_args');
    expect(ran[0]!.env).not.toHaveProperty('AWS_REGION');
    expect(await fixture.observe()).toMatchObject({
      state: 'running',
      hash: cluster.hash,
      pending: false,
      drift: [],
      revision: 'f'.repeat(40),
      parts: [{ name: 'node web1', state: 'ready, manager, 192.0.2.1' }, { name: 'node web2' }],
    });
    fixture.onPlaybook(() => 0);
    await driver.deploy(cluster, task);
    expect(held.configs).toHaveLength(1);
  });

  test('differs by what the Swarm says of its nodes', async () => {
    const { held, engine } = createSwarm();
    const fixture = createInventory(() => Promise.resolve(engine));
    await fixture.driver.deploy(fixture.cluster, fixture.task);
    held.nodes = [node('web1', { state: 'down', availability: 'drain' }), node('web3')];
    expect(await fixture.observe()).toMatchObject({
      drift: ['node web1 is down', 'node web1 is set to drain', 'node web3 was added', 'node web2 is gone'],
    });
  });

  test('stays pending where its playbook failed', async () => {
    const { engine } = createSwarm();
    const fixture = createInventory(() => Promise.resolve(engine));
    await fixture.driver.deploy(fixture.cluster, fixture.task);
    fixture.onPlaybook(() => 2);
    await expect(fixture.driver.deploy(fixture.cluster, fixture.task)).rejects.toMatchObject({
      code: 'DEPLOY_FAILED',
    });
    expect(await fixture.observe()).toMatchObject({ pending: true, drift: [], hash: fixture.cluster.hash });
  });

  test('that forms no Swarm is absent, and its deploy has to make one', async () => {
    const fixture = createInventory(() => Promise.resolve(undefined));
    expect(await fixture.observe()).toEqual({
      state: 'absent',
      why: 'not deployed yet: its hosts form no Swarm',
    });
    expect(await fixture.driver.findLockPlace(fixture.cluster.id, fixture.source)).toBeUndefined();
    await expect(fixture.driver.deploy(fixture.cluster, fixture.task)).rejects.toThrow(
      'the playbook ended well, but the hosts form no Swarm, where it would be recorded',
    );
  });

  test('that does not answer is an error, not absent', async () => {
    const unreachable = new UserError('SWARM_UNREACHABLE', 'it is there, but no machine answers');
    const fixture = createInventory(() => Promise.reject(unreachable));
    await expect(fixture.observe()).rejects.toBe(unreachable);
  });

  test('leaves no record when it is taken away', async () => {
    const { held, engine } = createSwarm();
    const { driver, cluster, task } = createInventory(() => Promise.resolve(engine));
    await driver.deploy(cluster, task);
    await driver.remove(cluster.id, { ...task, keep: new Set() });
    expect(held.configs).toEqual([]);
  });
});

describe('the hosts of an inventory', () => {
  test('are told with address, port and user, managers first', () => {
    const list = {
      _meta: {
        hostvars: {
          web2: { ansible_host: '192.0.2.2', ansible_port: '2222', ansible_user: 'deploy' },
          here: { ansible_connection: 'local' },
        },
      },
      all: { children: ['ungrouped', 'nodes'] },
      nodes: { children: ['workers', 'managers'] },
      workers: { hosts: ['web1', 'here'] },
      managers: { hosts: ['web2'] },
    };
    expect(readInventoryNodes(JSON.stringify(list), 'hosts.ini')).toEqual([
      { id: 'web2', address: '192.0.2.2', port: 2222, user: 'deploy' },
      { id: 'web1', address: 'web1', port: 22, user: 'root' },
    ]);
  });

  test('that cannot be read are told of in one line', () => {
    expect(() => readInventoryNodes('oops', 'hosts.ini')).toThrow(
      /^hosts\.ini: ansible-inventory printed no JSON/,
    );
  });
});
