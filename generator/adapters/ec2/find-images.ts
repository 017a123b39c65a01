import type { Filter, Image } from '@aws-sdk/client-ec2';
import type { MachineImage, SourceFilter } from '../../ports/machine-images.ts';
import type { AwsClients } from './aws-clients.ts';
import { readTags } from './read-tags.ts';

/** The project's tag, as a filter and as it is found. */
const PROJECT = 'millrace:project';

/** @returns the newest that is available, of one's own or somebody else's */
export async function findSource(
  { ec2 }: AwsClients,
  { owner, name, architecture, virtualization, rootDevice }: SourceFilter,
): Promise<MachineImage | undefined> {
  const filters = {
    name,
    architecture,
    'virtualization-type': virtualization,
    'root-device-type': rootDevice,
    state: 'available',
  };
  const found = await describeImages(
    { ec2 },
    owner,
    Object.entries(filters).map(([Name, value]) => ({ Name, Values: [value] })),
  );
  // Of two of one moment the id decides, so that every run pins the same.
  return found.sort((a, b) =>
    a.created === b.created ? (a.id < b.id ? -1 : 1) : a.created < b.created ? 1 : -1,
  )[0];
}

/**
 * One call: every name begins with the project's, whether the image was tagged already or not. Images of another
 * project whose name begins the same are dropped.
 */
export async function findOwn(
  { ec2 }: AwsClients,
  project: string,
  names: readonly string[],
): Promise<MachineImage[]> {
  const found = await describeImages({ ec2 }, 'self', [{ Name: 'name', Values: [`${project}-*`] }]);
  const asked = new Set(names);
  return found.filter(({ name, tags, state }) => {
    if (state === 'deregistered') return false;
    // Without a tag it may be one that a killed run was about to tag.
    return tags[PROJECT] === project || tags[PROJECT] === undefined || asked.has(name);
  });
}

async function describeImages(
  { ec2 }: Pick<AwsClients, 'ec2'>,
  owner: string,
  filters: Filter[],
): Promise<MachineImage[]> {
  return ec2('ec2:DescribeImages', async (client, { paginateDescribeImages }) => {
    const found: MachineImage[] = [];
    // Pages are taken only of what is asked for in pages.
    const pages = paginateDescribeImages({ client, pageSize: 1_000 }, { Owners: [owner], Filters: filters });
    for await (const page of pages) for (const image of page.Images ?? []) found.push(readImage(image));
    return found;
  });
}

function readImage(image: Image): MachineImage {
  return {
    id: image.ImageId ?? '',
    name: image.Name ?? '',
    state: image.State ?? '',
    created: image.CreationDate ?? '',
    tags: readTags(image.Tags),
    snapshots: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
  };
}
