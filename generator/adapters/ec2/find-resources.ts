import type { TaggedResource } from '../../ports/machine-images.ts';
import type { AwsClients } from './aws-clients.ts';

const TYPES: ReadonlySet<string> = new Set<TaggedResource['type']>([
  'instance',
  'volume',
  'snapshot',
  'key-pair',
  'security-group',
  'image',
  'network-interface',
]);

/** One call for all types: tags name their resource. Everything of ours that no run made is left out. */
export async function findRunResources({ ec2 }: AwsClients): Promise<TaggedResource[]> {
  const found = await ec2('ec2:DescribeTags', async (client, { paginateDescribeTags }) => {
    const byId = new Map<string, { type: string; id: string; tags: Record<string, string> }>();
    const filters = [{ Name: 'key', Values: ['millrace:*'] }];
    for await (const page of paginateDescribeTags({ client, pageSize: 1_000 }, { Filters: filters })) {
      for (const { ResourceId: id = '', ResourceType: type = '', Key = '', Value = '' } of page.Tags ?? []) {
        const resource = byId.get(id) ?? { type, id, tags: {} };
        resource.tags[Key] = Value;
        byId.set(id, resource);
      }
    }
    return [...byId.values()];
  });
  return found.filter(
    (resource): resource is TaggedResource => TYPES.has(resource.type) && !!resource.tags['millrace:run'],
  );
}

/** Tags are shown for a while after what carried them is gone. */
export async function findExisting(
  clients: AwsClients,
  resources: readonly TaggedResource[],
): Promise<TaggedResource[]> {
  const idsOf = (type: TaggedResource['type']): string[] =>
    resources.filter((resource) => resource.type === type).map(({ id }) => id);
  const types = [...new Set(resources.map(({ type }) => type))];
  const existing = await Promise.all(types.map((type) => describeIds(clients, type, idsOf(type))));
  const ids = new Set(existing.flat());
  return resources.filter(({ id }) => ids.has(id));
}

/** By filter rather than by id: an id that is gone would fail the whole call. A filter takes 200 values. */
async function describeIds(
  clients: AwsClients,
  type: TaggedResource['type'],
  ids: string[],
): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < ids.length; at += 200)
    found.push(...(await describe(clients, type, ids.slice(at, at + 200))));
  return found;
}

async function describe({ ec2 }: AwsClients, type: TaggedResource['type'], ids: string[]): Promise<string[]> {
  switch (type) {
    case 'instance':
      return ec2('ec2:DescribeInstances', async (client, { DescribeInstancesCommand }) => {
        const states = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];
        const filters = [filter('instance-id', ids), filter('instance-state-name', states)];
        const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters: filters }));
        return (Reservations ?? []).flatMap(({ Instances }) =>
          (Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []),
        );
      });
    case 'volume':
      return ec2('ec2:DescribeVolumes', async (client, { DescribeVolumesCommand }) => {
        const answer = await client.send(new DescribeVolumesCommand({ Filters: [filter('volume-id', ids)] }));
        return (answer.Volumes ?? []).flatMap(({ VolumeId }) => VolumeId ?? []);
      });
    case 'snapshot':
      return ec2('ec2:DescribeSnapshots', async (client, { DescribeSnapshotsCommand }) => {
        const request = { OwnerIds: ['self'], Filters: [filter('snapshot-id', ids)] };
        const answer = await client.send(new DescribeSnapshotsCommand(request));
        return (answer.Snapshots ?? []).flatMap(({ SnapshotId }) => SnapshotId ?? []);
      });
    case 'key-pair':
      return ec2('ec2:DescribeKeyPairs', async (client, { DescribeKeyPairsCommand }) => {
        const answer = await client.send(
          new DescribeKeyPairsCommand({ Filters: [filter('key-pair-id', ids)] }),
        );
        return (answer.KeyPairs ?? []).flatMap(({ KeyPairId }) => KeyPairId ?? []);
      });
    case 'security-group':
      return ec2('ec2:DescribeSecurityGroups', async (client, { DescribeSecurityGroupsCommand }) => {
        const answer = await client.send(
          new DescribeSecurityGroupsCommand({ Filters: [filter('group-id', ids)] }),
        );
        return (answer.SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []);
      });
    case 'network-interface':
      return ec2('ec2:DescribeNetworkInterfaces', async (client, { DescribeNetworkInterfacesCommand }) => {
        const request = { Filters: [filter('network-interface-id', ids)] };
        const answer = await client.send(new DescribeNetworkInterfacesCommand(request));
        return (answer.NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []);
      });
    case 'image':
      return ec2('ec2:DescribeImages', async (client, { DescribeImagesCommand }) => {
        const request = { Owners: ['self'], Filters: [filter('image-id', ids)] };
        const answer = await client.send(new DescribeImagesCommand(request));
        return (answer.Images ?? []).flatMap(({ ImageId, State }) =>
          State === 'deregistered' ? [] : (ImageId ?? []),
        );
      });
  }
}

function filter(Name: string, Values: string[]): { Name: string; Values: string[] } {
  return { Name, Values };
}
