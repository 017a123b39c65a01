import { load } from 'js-yaml';
import type { DescribeInstancesResult, Instance, Volume } from '@aws-sdk/client-ec2';
import { createAwsClients } from '../../adapters/ec2/aws-clients.ts';

/** A machine that EC2's stand-in says there is. */
export interface WantedMachine {
  id: string;
  region: string;
  isOn: boolean;
  image: string;
  /** Private first. */
  addresses: string[];
  hostName: string;
  /** Name of its key pair. */
  keyName: string | undefined;
  /** What hangs on it besides its root. */
  volumes: { id: string; size: number; device: string }[];
}

/** What of a region the machines of the lab have to follow. */
export interface Wanted {
  machines: WantedMachine[];
  /** Ids of all volumes and images that there are. */
  volumes: string[];
  images: string[];
}

/** The stand-in's own word on one region. */
export async function readWanted(region: string): Promise<Wanted> {
  const { ec2 } = createAwsClients(region, 2);
  const [instances, volumes, images] = await Promise.all([
    ec2('ec2:DescribeInstances', (client, { DescribeInstancesCommand }) =>
      client.send(new DescribeInstancesCommand({})),
    ),
    ec2('ec2:DescribeVolumes', (client, { DescribeVolumesCommand }) =>
      client.send(new DescribeVolumesCommand({})),
    ),
    ec2('ec2:DescribeImages', (client, { DescribeImagesCommand }) =>
      client.send(new DescribeImagesCommand({})),
    ),
  ]);
  const all = volumes.Volumes ?? [];
  return {
    machines: listInstances(instances).flatMap((instance) => describe(instance, all, region)),
    volumes: all.map(({ VolumeId }) => VolumeId!),
    images: (images.Images ?? []).map(({ ImageId }) => ImageId!),
  };
}

const listInstances = (answer: DescribeInstancesResult): Instance[] =>
  (answer.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);

function describe(instance: Instance, volumes: readonly Volume[], region: string): WantedMachine[] {
  const {
    InstanceId: id,
    ImageId: image,
    PrivateIpAddress: own,
    PublicIpAddress,
    State,
    PrivateDnsName,
  } = instance;
  if (!id || !image || !own || State?.Name === 'terminated' || State?.Name === 'shutting-down') return [];
  // The stand-in calls a root device by another name than its image does.
  const roots = [instance.RootDeviceName, '/dev/sda1', '/dev/xvda'];
  const attached = volumes.flatMap(({ VolumeId, Size, Attachments }) =>
    (Attachments ?? [])
      .filter(({ InstanceId, Device }) => InstanceId === id && !roots.includes(Device))
      .map(({ Device }) => ({ id: VolumeId!, size: Size ?? 1, device: Device! })),
  );
  return [
    {
      id,
      region,
      isOn: State?.Name === 'running' || State?.Name === 'pending',
      image,
      addresses: PublicIpAddress ? [own, PublicIpAddress] : [own],
      hostName: PrivateDnsName?.split('.')[0] || id,
      keyName: instance.KeyName,
      volumes: attached,
    },
  ];
}

/** Public keys that an instance lets in: its key pair's, and those of its `#cloud-config` user data. */
export async function readKeys({ id, region, keyName }: WantedMachine): Promise<string[]> {
  const { ec2 } = createAwsClients(region, 2);
  const { UserData } = await ec2(
    'ec2:DescribeInstanceAttribute',
    (client, { DescribeInstanceAttributeCommand }) =>
      client.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'userData' })),
  );
  const keys = readCloudConfig(Buffer.from(UserData?.Value ?? '', 'base64').toString());
  if (keyName === undefined) return keys;
  const pairs = await ec2('ec2:DescribeKeyPairs', (client, { DescribeKeyPairsCommand }) =>
    client.send(new DescribeKeyPairsCommand({ KeyNames: [keyName], IncludePublicKey: true })),
  );
  const [type, digits] = pairs.KeyPairs?.[0]?.PublicKey?.trim().split(/\s+/) ?? [];
  // EC2 hands a key out under its pair's name, by which Packer takes it away again.
  return type && digits ? [`${type} ${digits} ${keyName}`, ...keys] : keys;
}

/** `ssh_authorized_keys` (cloudinit.readthedocs.io, module "SSH"); none where it is something else. */
export function readCloudConfig(text: string): string[] {
  if (!/^#cloud-config\s*$/m.test(text.split('\n')[0] ?? '')) return [];
  try {
    const config = load(text) as { ssh_authorized_keys?: unknown } | undefined;
    const keys = config?.ssh_authorized_keys;
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}
