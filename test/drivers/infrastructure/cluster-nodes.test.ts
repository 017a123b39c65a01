import { describe, expect, test } from '@jest/globals';
import { createClusterNodes } from '../../../generator/drivers/infrastructure/cluster-nodes.ts';
import type { NodeTools } from '../../../generator/drivers/infrastructure/cluster-nodes.ts';
import { createMemoryCloud } from '../../fakes/memory-cloud.ts';
import { PROJECT, loadSource } from './infrastructure-fixture.ts';
import { cluster, machine, network } from './live-cluster.ts';

function open(files: Record<string, string> = {}, more: Partial<NodeTools> = {}) {
  const cloud = createMemoryCloud();
  const source = loadSource(files);
  const tools: NodeTools = {
    project: source.project,
    cloud,
    processes: { run: () => Promise.reject(new Error('nothing is to be run')) },
    environment: {},
    loadSource: () => Promise.resolve(source),
    withExport: (_entries, use) => use('/export'),
    ...more,
  };
  return { cloud, nodes: createClusterNodes(tools) };
}

describe('the nodes of an infrastructure on AWS', () => {
  test('are those that run, the oldest first, as the user that its variables name', async () => {
    const files = { 'project.yaml': PROJECT.replace('nodes: 3', 'nodes: 3, ssh_user: ubuntu') };
    const { cloud, nodes } = open(files);
    expect(await nodes.find('cluster')).toBeUndefined();
    const machines = [
      machine('i-3', { publicAddress: '198.51.100.3' }),
      machine('i-1', { publicAddress: '198.51.100.1' }),
      machine('i-2', { state: 'stopped' }),
      machine('i-4', { tags: { 'millrace:role': 'bastion' } }),
    ];
    Object.assign(cloud.held, cluster({ machines }));
    expect(await nodes.find('cluster')).toEqual([
      { id: 'i-1', address: '198.51.100.1', port: 22, user: 'ubuntu' },
      { id: 'i-3', address: '198.51.100.3', port: 22, user: 'ubuntu' },
    ]);
    expect(await nodes.find('other')).toBeUndefined();
  });

  test('are told as they were, until somebody asks anew; whether a deploy is under way is asked each time', async () => {
    const { cloud, nodes } = open();
    const at = (id: string): object[] => [{ id, address: '198.51.100.9', port: 22, user: 'admin' }];
    Object.assign(cloud.held, cluster({ machines: [machine('i-1', { publicAddress: '198.51.100.9' })] }));
    expect(await nodes.find('cluster')).toEqual(at('i-1'));
    cloud.held.machines = [machine('i-2', { publicAddress: '198.51.100.9' })];
    expect(await nodes.find('cluster')).toEqual(at('i-1'));
    expect(await nodes.find('cluster', true)).toEqual(at('i-2'));
    expect(await nodes.find('cluster')).toEqual(at('i-2'));
    expect(await nodes.isPending('cluster')).toBe(false);
    cloud.held.networks = [network({ 'millrace:pending': 'x' })];
    expect(await nodes.isPending('cluster')).toBe(true);
    expect(await nodes.isPending('other')).toBe(false);
  });

  test('are reached at their own addresses by a job on one of them', async () => {
    const { cloud, nodes } = open({}, { environment: { MILLRACE_INSIDE_NODE: 'n1' } });
    const at = { publicAddress: '198.51.100.9', privateAddress: '172.31.0.9' };
    Object.assign(cloud.held, cluster({ machines: [machine('i-1', at)] }));
    expect(await nodes.find('cluster')).toMatchObject([{ id: 'i-1', address: '172.31.0.9' }]);
  });

  test('are none where the network is there and nothing runs', async () => {
    const { cloud, nodes } = open();
    cloud.held.networks = [network()];
    expect(await nodes.find('cluster')).toEqual([]);
  });
});

describe('the nodes of an inventory', () => {
  const files = {
    'project.yaml': PROJECT.replace(', amis: [node]', ', hosts: ansible/hosts'),
    'ansible/hosts': 'web1\n',
    'ansible/ansible.cfg': '',
  };

  test('are what ansible-inventory says of it, in the export', async () => {
    const ran: unknown[] = [];
    const { nodes } = open(files, {
      processes: {
        run: ({ file, args, cwd }) => {
          ran.push({ file, args, cwd });
          const stdout = JSON.stringify({ all: { hosts: ['web1'] } });
          return Promise.resolve({ code: 0, signal: null, stdout, stderr: '' });
        },
      },
    });
    expect(await nodes.find('cluster')).toEqual([{ id: 'web1', address: 'web1', port: 22, user: 'root' }]);
    await nodes.find('cluster');
    expect(ran).toEqual([
      { file: 'ansible-inventory', args: ['-i', '/export/ansible/hosts', '--list'], cwd: '/export/ansible' },
    ]);
  });

  test('are an error where it cannot be read', async () => {
    const run = () =>
      Promise.resolve({ code: 1, signal: null, stdout: '', stderr: '\n[ERROR]: no such group\n' });
    await expect(open(files, { processes: { run } }).nodes.find('cluster')).rejects.toThrow(
      'infrastructure:cluster: ansible-inventory cannot read ansible/hosts: [ERROR]: no such group',
    );
  });
});
