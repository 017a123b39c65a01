import { describe, expect, test } from '@jest/globals';
import type { AwsClients, Ec2Module } from '../../../generator/adapters/ec2/aws-clients.ts';
import { findTagged } from '../../../generator/adapters/ec2/find-tagged.ts';
import { findDenied } from '../../ansible/policies.ts';

interface Asked {
  Filters?: { Name: string; Values: string[] }[];
}

/** A stand-in of EC2's clients: pages by what is described, such as `Volumes`; what has no pages answers with the first. */
function clientsOf(pages: Record<string, object[]>): AwsClients & {
  actions: string[];
  asked: Record<string, Asked>;
} {
  const actions: string[] = [];
  const asked: Record<string, Asked> = {};
  const answer = (what: string, input: Asked): object[] => {
    asked[what] = input;
    return pages[what] ?? [{}];
  };
  const sdk = new Proxy(
    {},
    {
      get: (_target, name: string) => {
        const what = name.replace(/^paginateDescribe|^Describe|Command$/g, '');
        if (!name.startsWith('paginate'))
          return class {
            answer: object;
            constructor(input: Asked) {
              this.answer = answer(what, input)[0]!;
            }
          };
        return async function* paginate(_config: object, input: Asked): AsyncGenerator<object> {
          for (const page of answer(what, input)) yield Promise.resolve(page);
        };
      },
    },
  );
  const client = { send: (command: { answer: object }) => Promise.resolve(command.answer) };
  return {
    actions,
    asked,
    ec2: (action, call) => {
      actions.push(action);
      return call(client as never, sdk as unknown as Ec2Module);
    },
    iam: () => Promise.reject(new Error('IAM is looked at elsewhere')),
    account: () => Promise.resolve(''),
  };
}

describe('what bears the tag of a project', () => {
  const Tags = [{ Key: 'millrace:project', Value: 'shop' }];
  const tags = { 'millrace:project': 'shop' };

  test('is asked for once a type, by the tag, with what the policy for destroy allows', async () => {
    const clients = clientsOf({});
    expect(await findTagged(clients, 'shop')).toEqual([]);
    expect(clients.actions).toHaveLength(12);
    expect(clients.actions).toEqual(Object.keys(clients.asked).map((what) => `ec2:Describe${what}`));
    expect(findDenied(clients.actions, 'destroy')).toEqual([]);
    for (const { Filters } of Object.values(clients.asked))
      expect(Filters).toEqual([{ Name: 'tag:millrace:project', Values: ['shop'] }]);
  });

  test('is looked for among one’s own where an account is shown what others share', async () => {
    const clients = clientsOf({});
    await findTagged(clients, 'shop');
    expect(clients.asked['Snapshots']).toMatchObject({ OwnerIds: ['self'] });
    expect(clients.asked['Images']).toMatchObject({ Owners: ['self'] });
  });

  test('is found on every page', async () => {
    const clients = clientsOf({
      Volumes: [{ Volumes: [{ VolumeId: 'vol-2', Tags }] }, {}, { Volumes: [{ VolumeId: 'vol-1', Tags }] }],
    });
    expect(await findTagged(clients, 'shop')).toEqual([
      { type: 'volume', id: 'vol-2', tags },
      { type: 'volume', id: 'vol-1', tags },
    ]);
  });

  const kinds: [string, string, object][] = [
    ['instance i-1', 'Instances', { Reservations: [{ Instances: [{ InstanceId: 'i-1', Tags }] }] }],
    ['volume vol-1', 'Volumes', { Volumes: [{ VolumeId: 'vol-1', Tags }] }],
    ['snapshot snap-1', 'Snapshots', { Snapshots: [{ SnapshotId: 'snap-1', Tags }] }],
    [
      'address eipalloc-1',
      'Addresses',
      { Addresses: [{ AllocationId: 'eipalloc-1', PublicIp: '203.0.113.7', Tags }] },
    ],
    ['address 203.0.113.7', 'Addresses', { Addresses: [{ PublicIp: '203.0.113.7', Tags }] }],
    [
      'network interface eni-1',
      'NetworkInterfaces',
      { NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', TagSet: Tags }] },
    ],
    ['security group sg-1', 'SecurityGroups', { SecurityGroups: [{ GroupId: 'sg-1', Tags }] }],
    ['key pair shop', 'KeyPairs', { KeyPairs: [{ KeyPairId: 'key-1', KeyName: 'shop', Tags }] }],
    ['image ami-1', 'Images', { Images: [{ ImageId: 'ami-1', State: 'available', Tags }] }],
    ['gateway igw-1', 'InternetGateways', { InternetGateways: [{ InternetGatewayId: 'igw-1', Tags }] }],
    ['route table rtb-1', 'RouteTables', { RouteTables: [{ RouteTableId: 'rtb-1', Tags }] }],
    ['subnet subnet-1', 'Subnets', { Subnets: [{ SubnetId: 'subnet-1', Tags }] }],
    ['network vpc-1', 'Vpcs', { Vpcs: [{ VpcId: 'vpc-1', Tags }] }],
  ];
  test.each(kinds)('is told as %s, with its tags', async (said, what, page) => {
    const [found, ...more] = await findTagged(clientsOf({ [what]: [page] }), 'shop');
    expect(more).toEqual([]);
    expect(`${found!.type} ${found!.id}`).toBe(said);
    expect(found!.tags).toEqual(tags);
  });

  test('and is gone though EC2 shows it is not among it', async () => {
    const states = ['running', 'shutting-down', 'terminated'];
    const clients = clientsOf({
      Instances: states.map((Name) => ({
        Reservations: [{ Instances: [{ InstanceId: Name, State: { Name }, Tags }] }],
      })),
      Images: [
        { Images: ['available', 'deregistered'].map((State) => ({ ImageId: `ami-${State}`, State, Tags })) },
      ],
    });
    const found = await findTagged(clients, 'shop');
    expect(found.map(({ id }) => id)).toEqual(['running', 'shutting-down', 'ami-available']);
  });
});
