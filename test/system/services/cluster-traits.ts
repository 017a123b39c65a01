import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import type { IpPermission } from '@aws-sdk/client-ec2';
import { readTags } from '../../../generator/adapters/ec2/read-tags.ts';
import type { AwsStandIn } from './aws-stand-in.ts';
import { ec2Client } from './ec2-holdings.ts';

/** What the parts of a project's cluster are like, in words. */
export interface ClusterTraits {
  /** By the group's name: `in tcp 22 from 203.0.113.0/24`, sorted. A group that is named has a name here, too. */
  rules: Record<string, string[]>;
  /** By role: `data: 50 GiB of gp3, encrypted`, sorted. */
  volumes: string[];
  /** `0.0.0.0/0 to igw-…, for 2 subnets`; without what each network has by itself. */
  routes: string[];
}

export async function readClusterTraits(aws: AwsStandIn, project: string): Promise<ClusterTraits> {
  const client = ec2Client(aws);
  const own = { Filters: [{ Name: 'tag:millrace:project', Values: [project] }] };
  const [{ SecurityGroups = [] }, { Volumes = [] }, { RouteTables = [] }] = await Promise.all([
    client.send(new DescribeSecurityGroupsCommand(own)),
    client.send(new DescribeVolumesCommand(own)),
    client.send(new DescribeRouteTablesCommand(own)),
  ]);
  const names = new Map(SecurityGroups.map(({ GroupId, GroupName }) => [GroupId!, GroupName!]));
  return {
    rules: Object.fromEntries(
      SecurityGroups.map(({ GroupName, IpPermissions = [], IpPermissionsEgress = [] }) => [
        GroupName!,
        [
          ...IpPermissions.flatMap((one) =>
            peersOf(one, names).map((peer) => `in ${tellPorts(one)} from ${peer}`),
          ),
          ...IpPermissionsEgress.flatMap((one) =>
            peersOf(one, names).map((peer) => `out ${tellPorts(one)} to ${peer}`),
          ),
        ].sort(),
      ]),
    ),
    volumes: Volumes.map(({ Tags, Size, VolumeType, Encrypted }) => {
      const { 'millrace:role': role } = readTags(Tags);
      return `${role}: ${Size} GiB of ${VolumeType}${Encrypted ? ', encrypted' : ''}`;
    }).sort(),
    routes: RouteTables.flatMap(({ Routes = [], Associations = [] }) =>
      Routes.filter(({ GatewayId }) => GatewayId !== 'local').map(
        ({ DestinationCidrBlock, GatewayId }) =>
          `${DestinationCidrBlock} to ${GatewayId}, for ${Associations.filter(({ SubnetId }) => SubnetId).length} subnets`,
      ),
    ),
  };
}

/** The tags of each of these, by its id, whatever they are. */
export async function readTagsById(
  aws: AwsStandIn,
  ids: readonly string[],
): Promise<Record<string, Record<string, string>>> {
  const Filters = [{ Name: 'resource-id', Values: [...ids] }];
  const { Tags = [] } = await ec2Client(aws).send(new DescribeTagsCommand({ Filters }));
  return Object.fromEntries(
    ids.map((id) => [id, readTags(Tags.filter(({ ResourceId }) => ResourceId === id))]),
  );
}

/** @param names of groups, by id */
function peersOf(permission: IpPermission, names: ReadonlyMap<string, string>): string[] {
  return [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp!),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6!),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId!),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => names.get(GroupId!) ?? GroupId!),
  ];
}

/** A protocol without ports has a number (IANA, "Protocol Numbers"). */
function tellPorts({ IpProtocol, FromPort = -1, ToPort = -1 }: IpPermission): string {
  if (IpProtocol === '-1') return 'all';
  if (/^\d+$/.test(IpProtocol!)) return `protocol ${IpProtocol}`;
  return `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`;
}
