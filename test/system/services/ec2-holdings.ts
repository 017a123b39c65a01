import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { AwsStandIn } from './aws-stand-in.ts';

/** Where the stand-in answers, and for which region. */
export type AwsAddress = Pick<AwsStandIn, 'endpoint' | 'region'>;

/** What EC2 holds that costs or counts, ids and names, each sorted. */
export interface Ec2Holdings {
  images: { id: string; name: string; tags: Record<string, string>; snapshots: string[] }[];
  instances: string[];
  volumes: string[];
  keys: string[];
  groups: string[];
  snapshots: string[];
}

/** What each client of the stand-in is made with. */
export const clientConfig = ({ region, endpoint }: AwsAddress) => ({
  region,
  endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export const ec2Client = (aws: AwsAddress): EC2Client => new EC2Client(clientConfig(aws));

export const readEc2 = (aws: AwsAddress): Promise<Ec2Holdings> => readEc2By(ec2Client(aws));

export async function readEc2By(client: EC2Client): Promise<Ec2Holdings> {
  const own = { OwnerIds: ['self'] };
  const [images, instances, volumes, keys, groups, snapshots] = await Promise.all([
    client.send(new DescribeImagesCommand({ Owners: ['self'] })),
    client.send(new DescribeInstancesCommand({})),
    client.send(new DescribeVolumesCommand({})),
    client.send(new DescribeKeyPairsCommand({})),
    client.send(new DescribeSecurityGroupsCommand({})),
    client.send(new DescribeSnapshotsCommand(own)),
  ]);
  const machines = (instances.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
  return {
    images: (images.Images ?? []).map((image) => ({
      id: image.ImageId!,
      name: image.Name!,
      tags: Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key!, Value!])),
      snapshots: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    })),
    instances: machines
      .filter(({ State }) => State?.Name !== 'terminated')
      .map(({ InstanceId }) => InstanceId!),
    volumes: (volumes.Volumes ?? []).map(({ VolumeId }) => VolumeId!),
    keys: (keys.KeyPairs ?? []).map(({ KeyName }) => KeyName!),
    groups: (groups.SecurityGroups ?? [])
      .map(({ GroupName }) => GroupName!)
      .filter((name) => name !== 'default'),
    // moto has snapshots of its own images from the start.
    snapshots: (snapshots.Snapshots ?? [])
      .filter(({ Description }) => (Description ?? '').startsWith('Created by CreateImage'))
      .map(({ SnapshotId }) => SnapshotId!),
  };
}
