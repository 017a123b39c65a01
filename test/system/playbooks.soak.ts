import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateKeyPairCommand, DescribeKeyPairsCommand } from '@aws-sdk/client-ec2';
import { findDenied } from '../ansible/policies.ts';
import { SOURCE_AMI } from './services/ami-world.ts';
import { mutations } from './services/aws-actions.ts';
import { ec2Client } from './services/ec2-holdings.ts';
import { NOTHING, readClusterHoldings } from './services/cluster-holdings.ts';
import type { ClusterHoldings } from './services/cluster-holdings.ts';
import { clusterVariables } from './services/cluster-variables.ts';
import { startPlaybookWorld } from './services/playbook-run.ts';
import type { PlaybookEnd, PlaybookWorld } from './services/playbook-run.ts';

// The AWS half of the playbooks: what they make, ask and remove. Nobody logs in to a node here (`cluster_plays`).

let world: PlaybookWorld;
beforeAll(async () => {
  world = await startPlaybookWorld();
});
afterAll(() => world.stop());

async function deploy(project: string, more: object = {}, stopAfter = -1): Promise<PlaybookEnd> {
  world.takeActions();
  return world.run('deploy.yml', clusterVariables(project, more), { stopAfter });
}

function destroy(project: string, more: object = {}, stopAfter = -1): Promise<PlaybookEnd> {
  world.takeActions();
  return world.run('destroy.yml', clusterVariables(project, more), { stopAfter });
}

const find = (project: string): Promise<ClusterHoldings> => readClusterHoldings(world.aws, project);

const idsOf = ({ instances }: ClusterHoldings): string[] => instances.map(({ InstanceId }) => InstanceId!);

/** Everything is there once, and says so. */
async function expectWhole(project: string, nodes: number): Promise<void> {
  const { vpcs, instances, others } = await find(project);
  const hash = { 'millrace:hash': 'a'.repeat(64), 'millrace:revision': '1'.repeat(40) };
  expect(vpcs).toEqual([expect.objectContaining(hash)]);
  expect(vpcs[0]).toHaveProperty(['millrace:deployed'], expect.stringMatching(/^\d{4}-.*Z$/));
  expect(vpcs[0]).not.toHaveProperty(['millrace:pending']);
  expect(instances).toHaveLength(nodes);
  expect(new Set(instances.map(({ Placement }) => Placement?.AvailabilityZone)).size).toBe(2);
  for (const { MetadataOptions, SourceDestCheck, ImageId } of instances) {
    expect(MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect([SourceDestCheck, ImageId]).toEqual([false, SOURCE_AMI]);
  }
  // Two groups, two subnets, a gateway, a key pair, a table; the instances' own volumes are theirs.
  const kinds = others.map((id) => id.replace(/-.*/, '')).filter((kind) => kind !== 'vol');
  expect(kinds).toEqual(['igw', 'key', 'rtb', 'sg', 'sg', 'subnet', 'subnet']);
}

/** One cluster, in the order of its life. That nothing changes without need is shown where the driver is tested. */
describe('one cluster', () => {
  test('a deploy that was killed is finished by the next, with calls that the policy allows', async () => {
    expect(await deploy('one', {}, 20)).toMatchObject({ code: null });
    const killed = world.takeActions();
    expect(killed).toContain('ec2:CreateVpc');
    expect((await find('one')).vpcs).toEqual([
      expect.objectContaining({ 'millrace:pending': 'a'.repeat(64) }),
    ]);
    expect(await deploy('one')).toMatchObject({ code: 0, failures: [] });
    expect(findDenied([...killed, ...world.takeActions()], 'deploy')).toEqual([]);
    await expectWhole('one', 3);
  });

  test('a changed rule changes that rule, and a higher count starts what is missing', async () => {
    const before = idsOf(await find('one'));
    const more = { ssh_from: ['203.0.113.0/24', '198.51.100.7/32'], nodes: 4 };
    expect(await deploy('one', more)).toMatchObject({ code: 0 });
    expect(mutations(world.takeActions())).toEqual([
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:RunInstances',
      'ec2:ModifyInstanceAttribute',
      'ec2:ModifyInstanceAttribute',
    ]);
    const after = idsOf(await find('one'));
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  test('fewer nodes are refused where nobody would drain them', async () => {
    const before = idsOf(await find('one'));
    const { code, failures } = await deploy('one', { nodes: 2 });
    expect(code).not.toBe(0);
    expect(failures).toEqual([
      expect.stringMatching(/^i-\w+, i-\w+ would have to go, and without cluster_plays nobody drains them\./),
    ]);
    expect(mutations(world.takeActions()).filter((call) => /Terminate|Run/.test(call))).toEqual([]);
    expect(idsOf(await find('one'))).toEqual(before);
  });

  test('a key pair of the same name that bears other tags is nobody’s to take', async () => {
    // `two` with `cluster` has the name that `two-x` had, had its infrastructure been named so.
    const Tags = [{ Key: 'millrace:project', Value: 'two-x' }];
    const KeyName = 'two-cluster';
    await ec2Client(world.aws).send(
      new CreateKeyPairCommand({ KeyName, TagSpecifications: [{ ResourceType: 'key-pair', Tags }] }),
    );
    expect((await deploy('two')).failures).toEqual([
      expect.stringMatching(
        /^key pair two-cluster is there without the tags of two and cluster: another project's/,
      ),
    ]);
    expect(await destroy('two')).toMatchObject({ code: 0, failures: [] });
    const { KeyPairs = [] } = await ec2Client(world.aws).send(
      new DescribeKeyPairsCommand({ KeyNames: [KeyName] }),
    );
    expect(KeyPairs).toHaveLength(1);
  });

  test('destroy takes away what deploys left but the data, if so asked, with calls that its policy allows', async () => {
    expect(await destroy('one', { keep_data: true })).toMatchObject({ code: 0, failures: [] });
    expect(findDenied(world.takeActions(), 'destroy')).toEqual([]);
    expect(await find('one')).toEqual({ ...NOTHING, others: [expect.stringMatching(/^vol-/)] });
    expect(await destroy('one')).toMatchObject({ code: 0, failures: [] });
    expect(await find('one')).toEqual(NOTHING);
  });
});

/**
 * Runs that are killed one after the other, each one task later than the one before, until one comes to its end: what each
 * has left the next goes on from.
 * @returns how many were killed
 */
async function killEach(run: (stopAfter: number) => Promise<PlaybookEnd>): Promise<number> {
  for (let tasks = 1; ; tasks++) {
    const { code, failures, output } = await run(tasks);
    expect(failures).toEqual([]);
    if (code === null) continue;
    expect({ code, output }).toMatchObject({ code: 0 });
    return tasks - 1;
  }
}

describe('killed after each of its tasks', () => {
  test('a deploy goes on from there, and says of its network all the while whose it is', async () => {
    const kills = await killEach(async (tasks) => {
      const end = await deploy('swept', {}, tasks);
      for (const vpc of (await find('swept')).vpcs)
        expect(vpc['millrace:pending'] ?? vpc['millrace:hash']).toBe('a'.repeat(64));
      return end;
    });
    expect(kills).toBeGreaterThan(40);
    await expectWhole('swept', 3);
  }, 3_600_000);

  test('a removal goes on from there', async () => {
    expect(await killEach((tasks) => destroy('swept', {}, tasks))).toBeGreaterThan(20);
    expect(await find('swept')).toEqual(NOTHING);
  }, 3_600_000);

  /** Where a deploy has just made something that the next kind of thing stands in. */
  test.each([8, 16, 24, 32, 40, 48])('after %i tasks, a deploy is taken away whole', async (tasks) => {
    const project = `killed${tasks}`;
    expect(await deploy(project, {}, tasks)).toMatchObject({ code: null, failures: [] });
    expect(await destroy(project)).toMatchObject({ code: 0 });
    expect(await find(project)).toEqual(NOTHING);
  });
});
