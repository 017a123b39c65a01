import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AllocateAddressCommand,
  CreateKeyPairCommand,
  CreateNetworkInterfaceCommand,
  CreateSnapshotCommand,
  DeleteNetworkInterfaceCommand,
  DescribeKeyPairsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import type { Filter, ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import {
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  ListInstanceProfilesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { writeTags } from '../../generator/adapters/ec2/read-tags.ts';
import { findDenied } from '../ansible/policies.ts';
import type { FaultRule } from '../fakes/fault-proxy.ts';
import { SOURCE_AMI } from './services/ami-world.ts';
import { mutations } from './services/aws-actions.ts';
import { ec2Client } from './services/ec2-holdings.ts';
import { NOTHING, readClusterHoldings } from './services/cluster-holdings.ts';
import type { ClusterHoldings } from './services/cluster-holdings.ts';
import { readClusterTraits, readTagsById } from './services/cluster-traits.ts';
import type { ClusterTraits } from './services/cluster-traits.ts';
import { clusterVariables } from './services/cluster-variables.ts';
import { iamClient } from './services/iam-holdings.ts';
import { startPlaybookWorld } from './services/playbook-run.ts';
import type { PlaybookEnd, PlaybookWorld } from './services/playbook-run.ts';

// The AWS half of the playbooks: what they make, ask and remove. Nobody logs in to a node here (`cluster_plays`).

let world: PlaybookWorld;
/** The ARN of a policy that the account has of its own. */
let policy: string;
beforeAll(async () => {
  world = await startPlaybookWorld();
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::backups/*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Policy } = await iamClient(world.aws).send(
    new CreatePolicyCommand({ PolicyName: 'read-backups', PolicyDocument }),
  );
  policy = Policy!.Arn!;
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

const traitsOf = (project: string): Promise<ClusterTraits> => readClusterTraits(world.aws, project);

const tagsOf = (project: string): Record<string, string> => ({
  'millrace:project': project,
  'millrace:component': 'cluster',
});

/** Who may reach the nodes of a cluster, and whom they may reach. */
function rulesOf(project: string, choices: { ssh?: string[]; web?: string[] } = {}) {
  const { ssh = ['203.0.113.0/24'], web = ['0.0.0.0/0'] } = choices;
  const ports = ['tcp 2377', 'tcp 7946', 'udp 4789', 'udp 7946'];
  return {
    [`${project}-cluster-public`]: [
      ...ssh.map((from) => `in tcp 22 from ${from}`),
      ...web.flatMap((from) => [`in tcp 443 from ${from}`, `in tcp 80 from ${from}`]),
      'out all to 0.0.0.0/0',
    ].sort(),
    [`${project}-cluster-swarm`]: [
      ...ports.map((port) => `in ${port} from ${project}-cluster-swarm`),
      'out all to 0.0.0.0/0',
    ].sort(),
  };
}

/** Everything is there once, and says so. */
async function expectWhole(project: string, nodes: number, policies: string[] = []): Promise<void> {
  const { vpcs, instances, others, access } = await find(project);
  const tags = { ...tagsOf(project), 'millrace:hash': 'a'.repeat(64) };
  expect(vpcs).toEqual([expect.objectContaining({ ...tags, 'millrace:revision': '1'.repeat(40) })]);
  expect(vpcs[0]).toHaveProperty(['millrace:deployed'], expect.stringMatching(/^\d{4}-.*Z$/));
  expect(vpcs[0]).not.toHaveProperty(['millrace:pending']);
  expect(instances).toHaveLength(nodes);
  expect(new Set(instances.map(({ Placement }) => Placement?.AvailabilityZone)).size).toBe(
    Math.min(nodes, 2),
  );
  for (const { SecurityGroups = [], ...one } of instances) {
    expect(one).toMatchObject({
      ImageId: SOURCE_AMI,
      InstanceType: 't3.medium',
      KeyName: `${project}-cluster`,
      SourceDestCheck: false,
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      Monitoring: { State: 'disabled' },
      IamInstanceProfile: { Arn: expect.stringMatching(`:instance-profile/${project}-cluster-node$`) },
      PublicIpAddress: expect.stringMatching(/^[0-9.]+$/),
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } }],
    });
    const groups = SecurityGroups.map(({ GroupName }) => GroupName).sort();
    expect(groups).toEqual([`${project}-cluster-public`, `${project}-cluster-swarm`]);
  }
  // Two groups, two subnets, a gateway, a key pair, a table; the instances' own volumes are theirs.
  const kinds = others.map((id) => id.replace(/-.*/, '')).filter((kind) => kind !== 'vol');
  expect(kinds).toEqual(['igw', 'key', 'rtb', 'sg', 'sg', 'subnet', 'subnet']);
  const gateway = others.find((id) => id.startsWith('igw-'));
  expect(await traitsOf(project)).toEqual({
    rules: rulesOf(project),
    volumes: ['data: 50 GiB of gp3, encrypted', ...instances.map(() => 'node: 30 GiB of gp3, encrypted')],
    routes: [`0.0.0.0/0 to ${gateway}, for 2 subnets`],
  });
  expect(access).toEqual([
    { what: `role ${project}-cluster-node`, tags, holds: policies },
    { what: `instance profile ${project}-cluster-node`, tags, holds: [`${project}-cluster-node`] },
  ]);
  const byId = await readTagsById(world.aws, [...others, ...instances.map(({ InstanceId }) => InstanceId!)]);
  expect(byId).toEqual(
    Object.fromEntries(Object.keys(byId).map((id) => [id, expect.objectContaining(tags)])),
  );
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

  const wider = { ssh_from: ['203.0.113.0/24', '198.51.100.7/32'], nodes: 4 };

  test('a changed rule changes that rule, and a higher count starts what is missing', async () => {
    const before = idsOf(await find('one'));
    expect(await deploy('one', wider)).toMatchObject({ code: 0 });
    expect(mutations(world.takeActions())).toEqual([
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:RunInstances',
      'ec2:ModifyInstanceAttribute',
      'ec2:ModifyInstanceAttribute',
    ]);
    expect((await traitsOf('one')).rules).toEqual(rulesOf('one', { ssh: wider.ssh_from }));
    const after = idsOf(await find('one'));
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  const chosen = { ...wider, web_from: ['198.51.100.0/24'], data_volume_size: 60 };

  test('who reaches the entry, what nodes may do, and a larger volume are changed by themselves', async () => {
    const before = await find('one');
    expect(await deploy('one', { ...chosen, node_policies: [policy] })).toMatchObject({ code: 0 });
    const actions = world.takeActions();
    expect(mutations(actions)).toEqual([
      'ec2:RevokeSecurityGroupIngress',
      'ec2:AuthorizeSecurityGroupIngress',
      'iam:AttachRolePolicy',
      'ec2:ModifyVolume',
    ]);
    expect(findDenied(actions, 'deploy')).toEqual(['iam:AttachRolePolicy']);
    expect(findDenied(actions, 'deploy', 'node-policies')).toEqual([]);
    const { rules, volumes } = await traitsOf('one');
    expect(rules).toEqual(rulesOf('one', { ssh: chosen.ssh_from, web: chosen.web_from }));
    expect(volumes[0]).toBe('data: 60 GiB of gp3, encrypted');
    const after = await find('one');
    expect(after.access[0]!.holds).toEqual([policy]);
    expect([idsOf(after), after.others]).toEqual([idsOf(before), before.others]);
  });

  test('encrypted overlays have nodes let in a protocol without ports from each other', async () => {
    // The stand-in knows no rule without ports, so what is asked for is looked at, and refused.
    world.proxy.inject({
      body: /IpProtocol=50(?:&|$)/,
      fault: { kind: 'status', status: 400, body: errorBody('Unsupported', 'no rule without ports') },
    });
    const { failures } = await deploy('one', { ...chosen, encrypted_overlays: true });
    expect(failures).toEqual([expect.stringMatching(/^Unable to authorize ingress rules: /)]);
    const asked = world.proxy.requests.filter(({ fault }) => fault === 'status');
    expect(asked).toHaveLength(1);
    const body = new URLSearchParams(asked[0]!.body);
    expect([...body.keys()].filter((key) => /^IpPermissions|^GroupId/.test(key)).sort()).toEqual([
      'GroupId',
      'IpPermissions.1.Groups.1.Description',
      'IpPermissions.1.Groups.1.GroupId',
      'IpPermissions.1.Groups.1.UserId',
      'IpPermissions.1.IpProtocol',
    ]);
    expect(body.get('IpPermissions.1.Groups.1.GroupId')).toBe(body.get('GroupId'));
  });

  test('fewer nodes are refused where nobody would drain them; a policy that is named no longer is taken back', async () => {
    const before = await find('one');
    const { code, failures } = await deploy('one', { ...chosen, nodes: 2 });
    expect(code).not.toBe(0);
    expect(failures).toEqual([
      expect.stringMatching(/^i-\w+, i-\w+ would have to go, and without cluster_plays nobody drains them\./),
    ]);
    const actions = world.takeActions();
    expect(mutations(actions)).toEqual(['iam:DetachRolePolicy']);
    expect(findDenied(actions, 'deploy', 'node-policies')).toEqual([]);
    const after = await find('one');
    expect(after.access[0]!.holds).toEqual([]);
    expect(idsOf(after)).toEqual(idsOf(before));
  });

  test('a data volume that would have to shrink is refused, and stays as it is', async () => {
    const { failures } = await deploy('one', { ...chosen, data_volume_size: 59 });
    expect(failures).toEqual([
      expect.stringMatching(
        /^The data volume of one-cluster cannot be used: .*, of at most 59 GiB \(a volume cannot shrink\); found vol-\w+\./,
      ),
    ]);
    expect(mutations(world.takeActions())).toEqual([]);
    expect((await traitsOf('one')).volumes[0]).toBe('data: 60 GiB of gp3, encrypted');
  });

  test('another cluster of the account comes and goes, and this one is left alone', async () => {
    const readAll = async () => [await find('one'), await traitsOf('one')];
    const before = await readAll();
    const more = { nodes: 2, node_policies: [policy] };
    expect(await deploy('one-x', more)).toMatchObject({ code: 0, failures: [] });
    await expectWhole('one-x', 2, [policy]);
    expect(await readAll()).toEqual(before);
    expect(await destroy('one-x')).toMatchObject({ code: 0, failures: [] });
    expect(findDenied(world.takeActions(), 'destroy', 'node-policies')).toEqual([]);
    expect(await find('one-x')).toEqual(NOTHING);
    // Of the same project, and never deployed.
    expect(await destroy('one', { component: 'other' })).toMatchObject({ code: 0, failures: [] });
    expect(mutations(world.takeActions())).toEqual([]);
    expect(await readAll()).toEqual(before);
  });

  test('what bears one of its names and other tags is nobody’s to take', async () => {
    // `two` with `cluster` has the names that `two-x` had, had its infrastructure been named so.
    const Tags = writeTags({ 'millrace:project': 'two-x' });
    const KeyName = 'two-cluster';
    const ec2 = ec2Client(world.aws);
    const iam = iamClient(world.aws);
    const TagSpecifications = tagged('key-pair', { 'millrace:project': 'two-x' });
    await ec2.send(new CreateKeyPairCommand({ KeyName, TagSpecifications }));
    await iam.send(
      new CreateRoleCommand({ RoleName: 'two-cluster-node', AssumeRolePolicyDocument: '{}', Tags }),
    );
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'two-cluster-node' }));
    const { failures } = await deploy('two');
    expect(failures).toEqual([
      expect.stringMatching(
        /^key pair two-cluster and role two-cluster-node and instance profile two-cluster-node are there without the tags of two and cluster: another project's/,
      ),
    ]);
    expect(mutations(world.takeActions()).filter((call) => /^iam:|KeyPair/.test(call))).toEqual([]);
    expect(await destroy('two')).toMatchObject({ code: 0, failures: [] });
    expect(await find('two')).toEqual(NOTHING);
    const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({ KeyNames: [KeyName] }));
    const { Roles } = await iam.send(new ListRolesCommand({}));
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesCommand({}));
    expect(KeyPairs).toHaveLength(1);
    expect(Roles!.map(({ RoleName }) => RoleName)).toContain('two-cluster-node');
    expect(InstanceProfiles!.map((one) => one.InstanceProfileName)).toContain('two-cluster-node');
  });
});

/** What people may have made by hand with the tags of a cluster: an address, an interface in its network, a snapshot of its data. */
async function makeBeside(project: string): Promise<{ ip: string }> {
  const client = ec2Client(world.aws);
  const ofData = { Name: 'tag:millrace:role', Values: ['data'] };
  const own = { Name: 'tag:millrace:project', Values: [project] };
  const { Volumes } = await client.send(new DescribeVolumesCommand({ Filters: [own, ofData] }));
  const TagSpecifications = tagged('snapshot', { ...tagsOf(project), 'millrace:role': 'data' });
  await client.send(new CreateSnapshotCommand({ VolumeId: Volumes![0]!.VolumeId, TagSpecifications }));
  await makeInterface(project, own);
  const { PublicIp } = await client.send(
    new AllocateAddressCommand({ TagSpecifications: tagged('elastic-ip', tagsOf(project)) }),
  );
  return { ip: PublicIp! };
}

/** @param where which subnet it lies in @returns its id */
async function makeInterface(project: string, where: Filter): Promise<string> {
  const client = ec2Client(world.aws);
  const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters: [where] }));
  const { NetworkInterface } = await client.send(
    new CreateNetworkInterfaceCommand({
      SubnetId: Subnets![0]!.SubnetId,
      TagSpecifications: tagged('network-interface', tagsOf(project)),
    }),
  );
  return NetworkInterface!.NetworkInterfaceId!;
}

const tagged = (ResourceType: ResourceType, tags: Record<string, string>): TagSpecification[] => [
  { ResourceType, Tags: writeTags(tags) },
];

/** An answer of EC2 to what it does not do. */
const errorBody = (code: string, message: string): string =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`;

/** AWS has answered well, once each, and what was to go is there as before. */
const SAID_TO_BE_DONE = [
  'ReleaseAddress',
  'DeleteInternetGateway',
  'DeleteKeyPair',
  'DeleteInstanceProfile',
  'DeleteRole',
].map((action): FaultRule => ({
  body: new RegExp(`Action=${action}(?:&|$)`),
  fault: { kind: 'status', status: 200, body: '<Done/>' },
}));

describe('the end of a cluster', () => {
  test('a destroy names what is there still, whatever it was told of it', async () => {
    const { ip } = await makeBeside('one');
    // In a network that is not the cluster's.
    const abroad = await makeInterface('one', { Name: 'default-for-az', Values: ['true'] });
    world.proxy.inject(...SAID_TO_BE_DONE);
    const gateway = (await find('one')).others.find((id) => id.startsWith('igw-'));
    const { code, failures } = await destroy('one', { keep_data: true });
    expect(code).not.toBe(0);
    const left = [ip, abroad, gateway, 'one-cluster', 'one-cluster-node', 'one-cluster-node'].join(', ');
    expect(failures).toEqual([
      `Still there with the tags of one-cluster: ${left}. Destroy again; what stays then is held by something without the tags.`,
    ]);
    expect(findDenied(world.takeActions(), 'destroy')).toEqual([]);
    await ec2Client(world.aws).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: abroad }));
  });

  test('the next takes away what deploys and people left but the data, if so asked, with calls that its policy allows', async () => {
    expect(await destroy('one', { keep_data: true })).toMatchObject({ code: 0, failures: [] });
    expect(findDenied(world.takeActions(), 'destroy')).toEqual([]);
    const data = [expect.stringMatching(/^snap-/), expect.stringMatching(/^vol-/)];
    expect(await find('one')).toEqual({ ...NOTHING, others: data });
    expect(await destroy('one')).toMatchObject({ code: 0, failures: [] });
    expect(findDenied(world.takeActions(), 'destroy')).toEqual([]);
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
