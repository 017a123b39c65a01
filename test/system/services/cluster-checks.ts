import { expect } from '@jest/globals';
import { expectFine } from './cluster-world.ts';
import type { ClusterWorld } from './cluster-world.ts';
import { NOTHING, readClusterHoldings } from './cluster-holdings.ts';
import { readEc2By } from './ec2-holdings.ts';

/**
 * All there must be in the account, once, however often a run was killed or failed: the nodes, their disks and the data, and
 * nothing of a bake but its image.
 * @param images how many commits' machine images there are
 */
export async function expectWhole(
  { machines, count, ec2 }: Pick<ClusterWorld, 'machines' | 'count' | 'ec2'>,
  nodes: number,
  images = 1,
): Promise<void> {
  expect(await machines()).toHaveLength(nodes);
  expect(await count()).toEqual({ instances: nodes, vpcs: 1, volumes: 1, groups: 2, keyPairs: 1 });
  const all = await readEc2By(ec2);
  expect({
    instances: all.instances.length,
    volumes: all.volumes.length,
    // The lock of a run that died is a key pair, too: who deploys next takes it over.
    keys: all.keys.filter((name) => !name.startsWith('millrace-lock-')),
    groups: all.groups.sort(),
    images: all.images.length,
    snapshots: all.snapshots.length,
  }).toEqual({
    instances: nodes,
    volumes: nodes + 1,
    keys: ['shop-cluster'],
    groups: ['shop-cluster-public', 'shop-cluster-swarm'],
    images,
    snapshots: images,
  });
}

/** How many members of the Swarm are in which state; a manager that is gone and still counts is seen here. */
export async function countMembers(
  world: Pick<ClusterWorld, 'machines' | 'inside'>,
): Promise<Record<string, number>> {
  const [machine] = await world.machines();
  const said = await world.inside(machine!.id, ['docker', 'node', 'ls', '--format', '{{.Status}}']);
  const counts: Record<string, number> = {};
  for (const state of said.trim().split('\n')) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Nothing of the project is in the account: of each kind that an infrastructure is made of, and of what a bake leaves. */
export async function expectNothing({ aws, ec2 }: Pick<ClusterWorld, 'aws' | 'ec2'>): Promise<void> {
  expect(await readClusterHoldings(aws, 'shop')).toEqual(NOTHING);
  const none = { images: [], instances: [], volumes: [], keys: [], groups: [], snapshots: [] };
  expect(await readEc2By(ec2)).toEqual(none);
}

/** Takes everything away; of the component `cluster` EC2 then holds nothing. */
export async function destroyAll({ run, count }: Pick<ClusterWorld, 'run' | 'count'>): Promise<void> {
  expectFine(await run(['destroy', '--account', '123456789012']));
  expect(await count()).toEqual({ instances: 0, vpcs: 0, volumes: 0, groups: 0, keyPairs: 0 });
}
