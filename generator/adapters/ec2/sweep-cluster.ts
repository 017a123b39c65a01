import type { Filter, Instance, IpPermission, RouteTable, SecurityGroup, Volume } from '@aws-sdk/client-ec2';
import type {
  CloudGroup,
  CloudMachine,
  CloudNetwork,
  CloudRouteTable,
  CloudRule,
  CloudSweep,
  CloudVolume,
} from '../../ports/cloud-resources.ts';
import type { AwsClients } from './aws-clients.ts';
import { readTags } from './read-tags.ts';

/** Five calls at once, however many infrastructures a project has; further ones only for further pages. */
export async function sweepCluster({ ec2 }: AwsClients, project: string): Promise<CloudSweep> {
  const own = { Filters: [{ Name: 'tag:millrace:project', Values: [project] }] satisfies Filter[] };
  const [networks, machines, groups, volumes, routeTables] = await Promise.all([
    ec2('ec2:DescribeVpcs', (client, { paginateDescribeVpcs }) =>
      collect(paginateDescribeVpcs({ client }, own), ({ Vpcs }) => Vpcs),
    ),
    ec2('ec2:DescribeInstances', (client, { paginateDescribeInstances }) =>
      collect(paginateDescribeInstances({ client }, own), ({ Reservations }) =>
        Reservations?.flatMap(({ Instances }) => Instances ?? []),
      ),
    ),
    ec2('ec2:DescribeSecurityGroups', (client, { paginateDescribeSecurityGroups }) =>
      collect(paginateDescribeSecurityGroups({ client }, own), ({ SecurityGroups }) => SecurityGroups),
    ),
    ec2('ec2:DescribeVolumes', (client, { paginateDescribeVolumes }) =>
      collect(paginateDescribeVolumes({ client }, own), ({ Volumes }) => Volumes),
    ),
    ec2('ec2:DescribeRouteTables', (client, { paginateDescribeRouteTables }) =>
      collect(paginateDescribeRouteTables({ client }, own), ({ RouteTables }) => RouteTables),
    ),
  ]);
  return {
    networks: byId(
      networks.map(({ VpcId = '', CidrBlock = '', Tags }): CloudNetwork => ({
        id: VpcId,
        cidr: CidrBlock,
        tags: readTags(Tags),
      })),
    ),
    machines: byId(machines.map(readMachine)),
    groups: byId(groups.map(readGroup)),
    volumes: byId(volumes.map(readVolume)),
    routeTables: byId(routeTables.map(readRouteTable)),
  };
}

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

/** Sorted; without what a run makes for a while, such as the machine that an image is baked on. */
function byId<Thing extends { id: string; tags: Readonly<Record<string, string>> }>(
  things: Thing[],
): Thing[] {
  return things
    .filter(({ tags }) => tags['millrace:run'] === undefined)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readMachine(instance: Instance): CloudMachine {
  const { InstanceId, State, ImageId, InstanceType, SubnetId, Placement, SecurityGroups } = instance;
  const { HttpTokens, HttpPutResponseHopLimit: hops } = instance.MetadataOptions ?? {};
  const profile = instance.IamInstanceProfile?.Arn?.replace(/^.*\//, '');
  return {
    id: InstanceId ?? '',
    state: State?.Name ?? 'unknown',
    image: ImageId ?? '',
    type: InstanceType ?? '',
    subnet: SubnetId ?? '',
    zone: Placement?.AvailabilityZone ?? '',
    groups: (SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []).sort(),
    ...(profile === undefined ? {} : { profile }),
    checksAddresses: instance.SourceDestCheck ?? true,
    ...(HttpTokens === undefined ? {} : { metadata: `${HttpTokens}, ${hops ?? 1} hop` }),
    ...(instance.PublicIpAddress ? { publicAddress: instance.PublicIpAddress } : {}),
    ...(instance.PrivateIpAddress ? { privateAddress: instance.PrivateIpAddress } : {}),
    launched: instance.LaunchTime?.toISOString() ?? '',
    tags: readTags(instance.Tags),
  };
}

function readGroup({
  GroupId = '',
  GroupName = '',
  IpPermissions = [],
  IpPermissionsEgress = [],
  Tags,
}: SecurityGroup): CloudGroup {
  const rules = [
    ...IpPermissions.flatMap((permission) => readRules('in', permission)),
    ...IpPermissionsEgress.flatMap((permission) => readRules('out', permission)),
  ];
  return { id: GroupId, name: GroupName, rules, tags: readTags(Tags) };
}

function readRules(direction: CloudRule['direction'], permission: IpPermission): CloudRule[] {
  const peers = [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
  ];
  const what = describePorts(permission);
  return peers.map((peer) => ({ direction, what, peer: peer ?? '' }));
}

/** Ports of -1, or none, are all of them; a protocol without ports has a number (IANA, "Protocol Numbers"). */
function describePorts({ IpProtocol = '-1', FromPort = -1, ToPort = -1 }: IpPermission): string {
  if (IpProtocol === '-1') return 'all';
  const isAll = FromPort === -1 || (FromPort === 0 && ToPort === 65_535);
  if (isAll) return IpProtocol;
  const ports = FromPort === ToPort ? `${FromPort}` : `${FromPort}-${ToPort}`;
  return IpProtocol === 'tcp' ? ports : `${IpProtocol} ${ports}`;
}

function readVolume(volume: Volume): CloudVolume {
  return {
    id: volume.VolumeId ?? '',
    size: volume.Size ?? 0,
    type: volume.VolumeType ?? '',
    zone: volume.AvailabilityZone ?? '',
    encrypted: volume.Encrypted ?? false,
    attachments: (volume.Attachments ?? [])
      .filter(({ State }) => State !== 'detached')
      .map(({ InstanceId, Device }) => ({ machine: InstanceId ?? '', device: Device ?? '' })),
    tags: readTags(volume.Tags),
  };
}

function readRouteTable({
  RouteTableId = '',
  Routes = [],
  Associations = [],
  Tags,
}: RouteTable): CloudRouteTable {
  return {
    id: RouteTableId,
    routes: Routes.map((route) => ({
      destination:
        route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '',
      target:
        route.GatewayId ??
        route.NatGatewayId ??
        route.TransitGatewayId ??
        route.VpcPeeringConnectionId ??
        route.NetworkInterfaceId ??
        route.InstanceId ??
        '',
      state: route.State ?? 'active',
    })),
    subnets: Associations.flatMap(({ SubnetId }) => SubnetId ?? []).sort(),
    tags: readTags(Tags),
  };
}
