import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeKeyPairsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import type { Instance, Tag } from '@aws-sdk/client-ec2';
import type { AwsStandIn } from './aws-stand-in.ts';
import { ec2Client } from './ec2-holdings.ts';

/** What EC2 holds with the tag of one project. */
export interface ClusterHoldings {
  /** The tags of each network. */
  vpcs: Record<string, string>[];
  /** Those that are not terminated. */
  instances: Instance[];
  /** Ids of everything else, sorted. */
  others: string[];
}

export const NOTHING: ClusterHoldings = { vpcs: [], instances: [], others: [] };

export async function readClusterHoldings(aws: AwsStandIn, project: string): Promise<ClusterHoldings> {
  const client = ec2Client(aws);
  const own = { Filters: [{ Name: 'tag:millrace:project', Values: [project] }] };
  const [vpcs, machines, ...rest] = await Promise.all([
    client.send(new DescribeVpcsCommand(own)),
    client.send(new DescribeInstancesCommand(own)),
    client.send(new DescribeVolumesCommand(own)).then(({ Volumes }) => Volumes?.map((v) => v.VolumeId)),
    client.send(new DescribeSecurityGroupsCommand(own)).then((a) => a.SecurityGroups?.map((g) => g.GroupId)),
    client.send(new DescribeSubnetsCommand(own)).then(({ Subnets }) => Subnets?.map((s) => s.SubnetId)),
    client.send(new DescribeRouteTablesCommand(own)).then((a) => a.RouteTables?.map((t) => t.RouteTableId)),
    client
      .send(new DescribeInternetGatewaysCommand(own))
      .then((a) => a.InternetGateways?.map((g) => g.InternetGatewayId)),
    client.send(new DescribeKeyPairsCommand(own)).then(({ KeyPairs }) => KeyPairs?.map((k) => k.KeyPairId)),
    client
      .send(new DescribeNetworkInterfacesCommand(own))
      .then((a) => a.NetworkInterfaces?.map((i) => i.NetworkInterfaceId)),
    client.send(new DescribeSnapshotsCommand(own)).then((a) => a.Snapshots?.map((s) => s.SnapshotId)),
    client.send(new DescribeAddressesCommand(own)).then((a) => a.Addresses?.map((one) => one.AllocationId)),
  ]);
  return {
    vpcs: (vpcs.Vpcs ?? []).map(({ Tags }) => tagsOf(Tags)),
    instances: (machines.Reservations ?? [])
      .flatMap(({ Instances }) => Instances ?? [])
      .filter(({ State }) => State?.Name !== 'terminated'),
    others: rest
      .flatMap((ids) => ids ?? [])
      .map((id) => id!)
      .sort(),
  };
}

const tagsOf = (tags: Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value!]));
