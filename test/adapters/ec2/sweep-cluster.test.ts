import { describe, expect, test } from '@jest/globals';
import type { IpPermission } from '@aws-sdk/client-ec2';
import type { AwsClients, Ec2Module } from '../../../generator/adapters/ec2/aws-clients.ts';
import { sweepCluster } from '../../../generator/adapters/ec2/sweep-cluster.ts';

/** A stand-in of EC2's clients: pages by the name of what describes them. */
function clientsOf(pages: Record<string, object[]>): AwsClients & { actions: string[] } {
  const actions: string[] = [];
  const sdk = new Proxy(
    {},
    {
      get: (_target, name: string) =>
        async function* paginate(): AsyncGenerator<object> {
          for (const page of pages[name.replace('paginateDescribe', '')] ?? [{}]) yield Promise.resolve(page);
        },
    },
  );
  return {
    actions,
    ec2: (action, call) => {
      actions.push(action);
      return call({} as never, sdk as unknown as Ec2Module);
    },
    iam: () => Promise.reject(new Error('a sweep asks EC2 alone')),
    account: () => Promise.resolve(''),
  };
}

describe('a sweep over a project', () => {
  test('is five calls, and takes every page', async () => {
    const clients = clientsOf({
      Vpcs: [{ Vpcs: [{ VpcId: 'vpc-2' }] }, { Vpcs: [{ VpcId: 'vpc-1', CidrBlock: '172.31.0.0/16' }] }],
    });
    const { networks } = await sweepCluster(clients, 'shop');
    expect(networks.map(({ id }) => id)).toEqual(['vpc-1', 'vpc-2']);
    expect(clients.actions).toHaveLength(5);
  });

  test('leaves out what a bake of a machine image made', async () => {
    const run = [{ Key: 'millrace:run', Value: 'x' }];
    const clients = clientsOf({
      Instances: [
        { Reservations: [{ Instances: [{ InstanceId: 'i-1', Tags: run }, { InstanceId: 'i-2' }] }] },
      ],
      SecurityGroups: [{ SecurityGroups: [{ GroupId: 'sg-1', Tags: run }] }],
    });
    const { machines, groups } = await sweepCluster(clients, 'shop');
    expect(machines.map(({ id }) => id)).toEqual(['i-2']);
    expect(groups).toEqual([]);
  });

  const permissions: [IpPermission, string][] = [
    [
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '203.0.113.0/24' }] },
      '22 203.0.113.0/24',
    ],
    [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 90, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }, '80-90 ::/0'],
    [
      { IpProtocol: 'udp', FromPort: 4789, ToPort: 4789, UserIdGroupPairs: [{ GroupId: 'sg-1' }] },
      'udp 4789 sg-1',
    ],
    [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, 'all 0.0.0.0/0'],
    [{ IpProtocol: '50', FromPort: -1, ToPort: -1, PrefixListIds: [{ PrefixListId: 'pl-1' }] }, '50 pl-1'],
    [
      { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      'tcp 10.0.0.0/8',
    ],
  ];
  test.each(permissions)('tells the rule of %j', async (permission, said) => {
    const clients = clientsOf({
      SecurityGroups: [{ SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [permission] }] }],
    });
    const { groups } = await sweepCluster(clients, 'shop');
    expect(groups[0]!.rules.map(({ what, peer }) => `${what} ${peer}`)).toEqual([said]);
  });

  test('reads a machine with its role by name, and a route whatever it leads to', async () => {
    const machine = {
      InstanceId: 'i-1',
      State: { Name: 'running' },
      ImageId: 'ami-1',
      InstanceType: 't3.medium',
      IamInstanceProfile: { Arn: 'arn:aws:iam::1:instance-profile/path/shop-node' },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      SourceDestCheck: false,
      SecurityGroups: [{ GroupId: 'sg-2' }, { GroupId: 'sg-1' }],
      LaunchTime: new Date(0),
    };
    const routes = [
      { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'blackhole' },
      { DestinationPrefixListId: 'pl-1', NatGatewayId: 'nat-1' },
    ];
    const clients = clientsOf({
      Instances: [{ Reservations: [{ Instances: [machine] }] }],
      RouteTables: [
        {
          RouteTables: [
            { RouteTableId: 'rtb-1', Routes: routes, Associations: [{ Main: true }, { SubnetId: 's-1' }] },
          ],
        },
      ],
    });
    const { machines, routeTables } = await sweepCluster(clients, 'shop');
    expect(machines[0]).toMatchObject({
      profile: 'shop-node',
      metadata: 'required, 1 hop',
      checksAddresses: false,
      groups: ['sg-1', 'sg-2'],
      launched: '1970-01-01T00:00:00.000Z',
    });
    expect(machines[0]).not.toHaveProperty('publicAddress');
    expect(routeTables[0]).toMatchObject({
      routes: [
        { destination: '0.0.0.0/0', target: 'igw-1', state: 'blackhole' },
        { destination: 'pl-1', target: 'nat-1', state: 'active' },
      ],
      subnets: ['s-1'],
    });
  });
});
