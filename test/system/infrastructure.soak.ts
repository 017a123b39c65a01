import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findDenied } from '../ansible/policies.ts';
import { startInfrastructureWorld } from './infrastructure-world.ts';
import type { InfrastructureWorld, LoadedProject } from './infrastructure-world.ts';
import { nameAction } from './services/aws-actions.ts';
import { ec2Client } from './services/ec2-holdings.ts';

/** The platform's own playbooks against AWS's stand-in; each test goes on where the one before has ended. */
const LONG = 1_200_000;
let world: InfrastructureWorld;
let project: LoadedProject;
let nodes: string[];
beforeAll(async () => {
  world = await startInfrastructureWorld();
  project = await world.open('shop').load();
});
afterAll(() => world.stop());

describe('an infrastructure on AWS', () => {
  test(
    'is deployed from nothing, and nothing then differs',
    async () => {
      expect(await project.observe()).toEqual({ state: 'absent' });
      await project.deploy();
      expect(project.phases).toEqual(
        expect.arrayContaining(['Make the network itself', 'recording what runs']),
      );
      // Neither a key's comment nor a variable is a template of Ansible's.
      expect(project.log.join('\n')).not.toContain('nobody');
      world.clear();
      const seen = await project.running();
      expect(seen).toMatchObject({
        hash: project.cluster.hash,
        pending: false,
        drift: [],
        revision: project.opened.revision,
      });
      nodes = seen.parts!.map(({ name }) => name).sort();
      expect(nodes).toHaveLength(3);
      expect(seen.parts![0]!.ssh).toMatch(/^ssh admin@[0-9.]+$/);
      expect(seen.parts![0]!.state).toMatch(/^running, t3\.medium, eu-central-1[a-c], [0-9.]+$/);
      // Of the account, and five of what there is.
      expect(world.proxy.requests).toHaveLength(6);
      expect(world.mutations()).toEqual([]);
      expect(findDenied(world.proxy.requests.map(nameAction), 'plan')).toEqual([]);
    },
    LONG,
  );

  test(
    'that is deployed once more is changed by no call',
    async () => {
      world.clear();
      await project.deploy();
      expect(world.mutations()).toEqual([]);
    },
    LONG,
  );

  test('differs by a rule that somebody added and by a node that somebody stopped', async () => {
    const client = ec2Client(world.aws);
    const { SecurityGroups } = await client.send(
      new DescribeSecurityGroupsCommand({
        Filters: [{ Name: 'group-name', Values: ['shop-cluster-public'] }],
      }),
    );
    const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const GroupId = SecurityGroups![0]!.GroupId!;
    await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
    await client.send(new StopInstancesCommand({ InstanceIds: [nodes[1]!.replace('node ', '')] }));
    const { drift, pending } = await project.running();
    expect(pending).toBe(false);
    expect(drift).toEqual([
      `${nodes[1]} is stopped`,
      '2 of 3 nodes run',
      'group shop-cluster-public: rule 22 from 0.0.0.0/0 was added',
    ]);
  });

  test(
    'is put right by a deploy, with the same nodes',
    async () => {
      await project.deploy();
      const { drift, parts } = await project.running();
      expect(drift).toEqual([]);
      expect(parts!.map(({ name }) => name).sort()).toEqual(nodes);
    },
    LONG,
  );

  test(
    'is taken away until nothing bears its tags, and once more',
    async () => {
      expect(await project.driver.listLeft(project.source)).not.toEqual([]);
      await project.remove();
      expect(await project.driver.listLeft(project.source)).toEqual([]);
      expect(await project.observe()).toEqual({ state: 'absent' });
      world.clear();
      await project.remove();
      expect(world.mutations()).toEqual([]);
    },
    LONG,
  );
});
