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
import type { Instance } from '@aws-sdk/client-ec2';
import { readTags } from '../../../generator/adapters/ec2/read-tags.ts';
import { ec2Client } from './ec2-holdings.ts';
import type { AwsAddress } from './ec2-holdings.ts';
import { readIamHoldings } from './iam-holdings.ts';
import type { IamHolding } from './iam-holdings.ts';

/** What EC2 and IAM hold with the tag of one project. */
export interface ClusterHoldings {
  /** The tags of each network. */
  vpcs: Record<string, string>[];
  /** Those that are not terminated. */
  instances: Instance[];
  /** Ids of everything else in EC2, sorted. */
  others: string[];
  access: IamHolding[];
}

export const NOTHING: ClusterHoldings = { vpcs: [], instances: [], others: [], access: [] };

export async function readClusterHoldings(aws: AwsAddress, project: string): Promise<ClusterHoldings> {
  const client = ec2Client(aws);
  const own = { Filters: [{ Name: 'tag:millrace:project', Values: [project] }] };
  const [access, vpcs, machines, ...rest] = await Promise.all([
    readIamHoldings(aws, project),
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
    vpcs: (vpcs.Vpcs ?? []).map(({ Tags }) => readTags(Tags)),
    instances: (machines.Reservations ?? [])
      .flatMap(({ Instances }) => Instances ?? [])
      .filter(({ State }) => State?.Name !== 'terminated'),
    others: rest
      .flatMap((ids) => ids ?? [])
      .map((id) => id!)
      .sort(),
    access,
  };
}
