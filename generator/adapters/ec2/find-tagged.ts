import type { EC2Client, Tag } from '@aws-sdk/client-ec2';
import type { CloudThing } from '../../ports/cloud-resources.ts';
import type { AwsClients, Ec2Module } from './aws-clients.ts';
import { readTags } from './read-tags.ts';

interface Described {
  id: string | undefined;
  tags: Tag[] | undefined;
  /** The id is one that EC2 shows, though it is gone. */
  gone?: boolean;
}

/** How one type is described; by tag, since DescribeTags tells of what is gone for a while. */
interface Look {
  type: string;
  /** As IAM names it. */
  action: string;
  describe: (client: EC2Client, sdk: Ec2Module, own: Own) => AsyncIterable<Described[]>;
}

interface Own {
  Filters: { Name: string; Values: string[] }[];
}

const LOOKS: readonly Look[] = [
  {
    type: 'instance',
    action: 'ec2:DescribeInstances',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeInstances({ client }, own), ({ Reservations }) =>
        (Reservations ?? [])
          .flatMap(({ Instances }) => Instances ?? [])
          .map(({ InstanceId, Tags, State }) => ({
            id: InstanceId,
            tags: Tags,
            gone: State?.Name === 'terminated',
          })),
      ),
  },
  {
    type: 'volume',
    action: 'ec2:DescribeVolumes',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeVolumes({ client }, own), ({ Volumes }) =>
        Volumes?.map(({ VolumeId, Tags }) => ({ id: VolumeId, tags: Tags })),
      ),
  },
  {
    type: 'snapshot',
    action: 'ec2:DescribeSnapshots',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeSnapshots({ client }, { ...own, OwnerIds: ['self'] }), ({ Snapshots }) =>
        Snapshots?.map(({ SnapshotId, Tags }) => ({ id: SnapshotId, tags: Tags })),
      ),
  },
  {
    type: 'address',
    action: 'ec2:DescribeAddresses',
    describe: (client, sdk, own) =>
      once(client.send(new sdk.DescribeAddressesCommand(own)), ({ Addresses }) =>
        Addresses?.map(({ AllocationId, PublicIp, Tags }) => ({ id: AllocationId ?? PublicIp, tags: Tags })),
      ),
  },
  {
    type: 'network interface',
    action: 'ec2:DescribeNetworkInterfaces',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeNetworkInterfaces({ client }, own), ({ NetworkInterfaces }) =>
        NetworkInterfaces?.map(({ NetworkInterfaceId, TagSet }) => ({
          id: NetworkInterfaceId,
          tags: TagSet,
        })),
      ),
  },
  {
    type: 'security group',
    action: 'ec2:DescribeSecurityGroups',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeSecurityGroups({ client }, own), ({ SecurityGroups }) =>
        SecurityGroups?.map(({ GroupId, Tags }) => ({ id: GroupId, tags: Tags })),
      ),
  },
  {
    type: 'key pair',
    action: 'ec2:DescribeKeyPairs',
    describe: (client, sdk, own) =>
      once(client.send(new sdk.DescribeKeyPairsCommand(own)), ({ KeyPairs }) =>
        KeyPairs?.map(({ KeyName, Tags }) => ({ id: KeyName, tags: Tags })),
      ),
  },
  {
    type: 'image',
    action: 'ec2:DescribeImages',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeImages({ client }, { ...own, Owners: ['self'] }), ({ Images }) =>
        Images?.map(({ ImageId, Tags, State }) => ({
          id: ImageId,
          tags: Tags,
          gone: State === 'deregistered',
        })),
      ),
  },
  {
    type: 'gateway',
    action: 'ec2:DescribeInternetGateways',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeInternetGateways({ client }, own), ({ InternetGateways }) =>
        InternetGateways?.map(({ InternetGatewayId, Tags }) => ({ id: InternetGatewayId, tags: Tags })),
      ),
  },
  {
    type: 'route table',
    action: 'ec2:DescribeRouteTables',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeRouteTables({ client }, own), ({ RouteTables }) =>
        RouteTables?.map(({ RouteTableId, Tags }) => ({ id: RouteTableId, tags: Tags })),
      ),
  },
  {
    type: 'subnet',
    action: 'ec2:DescribeSubnets',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeSubnets({ client }, own), ({ Subnets }) =>
        Subnets?.map(({ SubnetId, Tags }) => ({ id: SubnetId, tags: Tags })),
      ),
  },
  {
    type: 'network',
    action: 'ec2:DescribeVpcs',
    describe: (client, sdk, own) =>
      each(sdk.paginateDescribeVpcs({ client }, own), ({ Vpcs }) =>
        Vpcs?.map(({ VpcId, Tags }) => ({ id: VpcId, tags: Tags })),
      ),
  },
];

/** One call a type (pages aside), all at once. */
export async function findTagged({ ec2 }: AwsClients, project: string): Promise<CloudThing[]> {
  const own = { Filters: [{ Name: 'tag:millrace:project', Values: [project] }] };
  const found = await Promise.all(
    LOOKS.map(({ type, action, describe }) =>
      ec2(action, async (client, sdk) => {
        const things: CloudThing[] = [];
        for await (const page of describe(client, sdk, own))
          for (const { id, tags, gone } of page)
            if (id !== undefined && !gone) things.push({ type, id, tags: readTags(tags) });
        return things;
      }),
    ),
  );
  return found.flat();
}

async function* each<Page>(
  pages: AsyncIterable<Page>,
  read: (page: Page) => Described[] | undefined,
): AsyncGenerator<Described[]> {
  for await (const page of pages) yield read(page) ?? [];
}

async function* once<Answer>(
  answer: Promise<Answer>,
  read: (answer: Answer) => Described[] | undefined,
): AsyncGenerator<Described[]> {
  yield read(await answer) ?? [];
}
