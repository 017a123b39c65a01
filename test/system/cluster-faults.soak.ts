import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { untilSaid } from './services/cli-run.ts';
import { countMembers, expectWhole } from './services/cluster-checks.ts';
import { eventually } from './services/eventually.ts';
import { expectFine, setVariables, startClusterWorld } from './services/cluster-world.ts';
import type { ClusterMachine, ClusterWorld } from './services/cluster-world.ts';
import type { ShopClient } from './services/shop-client.ts';

/**
 * What goes wrong around a cluster: after each, one repeated command converges, and meanwhile the old version serves.
 * Run by `script/test soak`.
 */
let world: ClusterWorld;
let client: ShopClient;
/** Addresses of machines that were ended while they served: what they had accepted nobody can answer any more. */
const ended: string[] = [];
const NODES = 3;

beforeAll(async () => {
  world = await startClusterWorld({ nodes: NODES });
  await converge();
  client = world.startClient();
  await client.until('1');
  expect(await world.ask('/order/kept')).toContain('kept');
});
afterAll(async () => {
  await client?.stop();
  await world?.stop();
});

const read = (path: string): string => readFileSync(join(world.folder, path), 'utf8');

/** Another version of the service that everybody sees. */
function editApi(version: string): void {
  const text = read('services/api/api.py');
  world.commit({ 'services/api/api.py': text.replace(/VERSION = ".*"/, `VERSION = "${version}"`) });
}

/** As when its host dies. @returns its id */
async function loseMachine(): Promise<string> {
  const [{ id, address }] = (await world.machines()) as [ClusterMachine];
  ended.push(address);
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  return id;
}

async function converge(): Promise<Record<string, string>> {
  const answer = await world.run(['apply', '--json']);
  expectFine(answer);
  return Object.fromEntries(answer.json.components.map(({ id, outcome }) => [id, outcome]));
}

describe('while the shop is served', () => {
  test('a node lost in the middle of a deploy is replaced by the next', async () => {
    editApi('2');
    const run = world.start(['apply']);
    await untilSaid(run, '[stack:shop] ');
    const lost = await loseMachine();
    await run.ended;
    await converge();
    await expectWhole(world, NODES);
    expect((await world.machines()).map(({ id }) => id)).not.toContain(lost);
    expect(await countMembers(world)).toEqual({ Ready: NODES });
    await client.until('2');
    expect(await world.ask('/orders')).toContain('kept');
  });

  test('a manager that is gone between two deploys is seen and replaced', async () => {
    await loseMachine();
    expect((await converge())['infrastructure:cluster']).toBe('deployed');
    await expectWhole(world, NODES);
    expect(await countMembers(world)).toEqual({ Ready: NODES });
    expect(await world.ask('/orders')).toContain('kept');
  });

  test('a manager whose certificate is spoilt is let in anew', async () => {
    const machines = await world.machines();
    const mounts = await Promise.all(
      machines.map(({ id }) => world.inside(id, ['findmnt', '--noheadings', '--output', 'TARGET'])),
    );
    const broken = machines[mounts.findIndex((text) => !text.includes('/var/lib/millrace'))]!;
    ended.push(broken.address);
    const spoil = 'echo spoilt >/var/lib/docker/swarm/certificates/swarm-node.crt';
    await world.inside(broken.id, ['sh', '-c', `${spoil}; kill "$(cat /run/docker.pid)"`]);
    await eventually(async () =>
      expect(await world.inside(broken.id, ['docker', 'info', '--format', '{{.Swarm.LocalNodeState}}'])).toBe(
        'error\n',
      ),
    );
    setVariables(world.folder, { nodes: NODES, ssh_from: ['203.0.113.0/24', '198.51.100.0/24'] });
    world.commit({});
    expect((await converge())['infrastructure:cluster']).toBe('deployed');
    await expectWhole(world, NODES);
    expect((await world.machines()).map(({ id }) => id).sort()).toEqual(machines.map(({ id }) => id).sort());
    expect(await countMembers(world)).toEqual({ Ready: NODES });
    expect(await world.ask('/orders')).toContain('kept');
  });

  test('an image whose health check fails is rolled back, and the revert of its commit changes nothing more', async () => {
    const before = await world.ask('/');
    const text = read('services/api/api.py');
    world.commit({
      'services/api/api.py': text.replace('VERSION =', 'raise SystemExit("broken")\nVERSION ='),
    });
    const answer = await world.run(['apply', '--json']);
    expect(answer.code).toBe(1);
    expect(answer.json.components.find(({ id }) => id === 'stack:shop')?.cause).toContain('broken');
    expect(await world.ask('/')).toBe(before);
    world.git('revert', '--no-edit', 'HEAD');
    await converge();
    expect(await world.ask('/')).toBe(before);
  });

  test('a node whose disk is full serves on, and is dealt with by the next', async () => {
    const [full] = await world.machines();
    await world.inside(full!.id, ['sh', '-c', 'mount -t tmpfs -o size=64k full /var/lib/docker/tmp']);
    // Every node takes a task of the edge, so this one meets it.
    const dockerfile = read('services/edge/Dockerfile');
    world.commit({
      'services/edge/ballast': randomBytes(2 ** 20).toString('hex'),
      'services/edge/Dockerfile': `${dockerfile.trimEnd()}\nCOPY ballast /ballast\n`,
    });
    const before = await world.ask('/');
    const answer = await world.run(['apply', '--json']);
    expect(answer.code).toBe(1);
    // What the engine says of an image that it could not store.
    expect(answer.json.components.find(({ id }) => id === 'stack:shop')?.cause).toMatch(
      /^the service edge: its update failed, the former version runs again: .*No such image/,
    );
    expect(await world.ask('/')).toBe(before);
    await world.inside(full!.id, ['umount', '/var/lib/docker/tmp']);
    // The same commit once more, and then another.
    expect((await converge())['stack:shop']).toBe('deployed');
    editApi('3');
    await converge();
    await client.until('3');
    expect(await world.ask('/orders')).toContain('kept');
  });

  test('most managers gone at once: refused with what to do, and that done, it goes on with its rows', async () => {
    await loseMachine();
    await loseMachine();
    const refused = await world.run(['apply', '--json']);
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('recover_quorum: true');
    setVariables(world.folder, { nodes: 3, ssh_from: ['203.0.113.0/24'], recover_quorum: true });
    world.commit({});
    await converge();
    setVariables(world.folder, { nodes: 3, ssh_from: ['203.0.113.0/24'] });
    world.commit({});
    await converge();
    await expectWhole(world, NODES);
    expect(await countMembers(world)).toEqual({ Ready: NODES });
    expect(await world.ask('/orders')).toContain('kept');
  });

  test('new nodes whose engine does not start are removed, and those before them stay and serve', async () => {
    const before = (await world.machines()).map(({ id }) => id).sort();
    const path = 'ansible/roles/swarm_node/tasks/main.yml';
    const broken = `\n- name: Break what the engine reads\n  ansible.builtin.copy:\n    dest: /etc/docker/daemon.json\n    content: "{"\n    mode: "0644"\n`;
    setVariables(world.folder, { nodes: NODES, ssh_from: ['203.0.113.0/24'], engine_timeout: 15 });
    world.commit({ [path]: read(path) + broken });
    const answer = await world.run(['apply', '--json']);
    expect(answer.code).toBe(1);
    expect(answer.json.components.find(({ id }) => id === 'infrastructure:cluster')?.cause).toMatch(
      /New nodes of ami-\w+ are of no use and were terminated, those before them stay: /,
    );
    expect((await world.machines()).map(({ id }) => id).sort()).toEqual(before);
    expect(await countMembers(world)).toEqual({ Ready: NODES });
    expect(await world.ask('/orders')).toContain('kept');
    world.git('revert', '--no-edit', 'HEAD');
    await converge();
    expect((await world.machines()).map(({ id }) => id).sort()).toEqual(before);
  });

  test('and no request has failed but what a machine that was ended had accepted', () => {
    const { failed } = client.count();
    const lost = failed.filter((one) => ended.some((address) => one.includes(address)));
    expect(failed).toEqual(lost);
    expect(lost.length).toBeLessThanOrEqual(ended.length);
  });
});
