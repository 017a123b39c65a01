import type { MachineImage, TaggedResource } from '../../ports/machine-images.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AwsClients } from './aws-clients.ts';
import { awsErrorCode } from './explain-aws-error.ts';
import { writeTags } from './read-tags.ts';

const POLL_MILLISECONDS = 3_000;
const WAIT_MILLISECONDS = 10 * 60_000;
/** CreateTags takes 1,000 resources a call. */
const TAGGED_AT_ONCE = 1_000;

/** Codes that say that somebody was quicker. */
const GONE = /\.(?:NotFound|Unavailable|Unknown)$|NotFoundException$|^InvalidAMIID\.Unavailable$/;

export async function tagResources(
  { ec2 }: AwsClients,
  ids: readonly string[],
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  for (let at = 0; at < ids.length; at += TAGGED_AT_ONCE) {
    const request = { Resources: ids.slice(at, at + TAGGED_AT_ONCE), Tags: writeTags(tags) };
    await ec2('ec2:CreateTags', (client, { CreateTagsCommand }) =>
      client.send(new CreateTagsCommand(request)),
    );
  }
}

/** Those of an image that was not whole yet are named by their description only. */
export async function removeImage(
  clients: AwsClients,
  { id, snapshots }: MachineImage,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const described = await findSnapshotsFor(clients, id);
  const all = [...new Set([...snapshots, ...described])];
  if (all.length > 0) await unlessGone(tagResources(clients, all, tags));
  await unlessGone(
    clients.ec2('ec2:DeregisterImage', (client, { DeregisterImageCommand }) =>
      client.send(new DeregisterImageCommand({ ImageId: id })),
    ),
  );
  for (const snapshot of all) await deleteSnapshot(clients, snapshot);
}

/** EC2 writes `Created by CreateImage(i-…) for ami-…`, so that the id stands at the end or before a blank. */
async function findSnapshotsFor({ ec2 }: AwsClients, image: string): Promise<string[]> {
  return ec2('ec2:DescribeSnapshots', async (client, { DescribeSnapshotsCommand }) => {
    const filters = [{ Name: 'description', Values: [`*CreateImage*${image}*`] }];
    const request = { OwnerIds: ['self'], Filters: filters };
    const { Snapshots } = await client.send(new DescribeSnapshotsCommand(request));
    const names = new RegExp(`\\b${image}\\b`);
    return (Snapshots ?? [])
      .filter(({ Description }) => names.test(Description ?? ''))
      .flatMap(({ SnapshotId }) => SnapshotId ?? []);
  });
}

/** Machines first, and until they are gone: they hold on to the rest. */
export async function removeResources(
  clients: AwsClients,
  clock: Clock,
  resources: readonly TaggedResource[],
): Promise<void> {
  const of = (type: TaggedResource['type']): string[] =>
    resources.filter((resource) => resource.type === type).map(({ id }) => id);
  await terminate(clients, clock, of('instance'));
  const patiently = (ids: string[], remove: (id: string) => Promise<unknown>): Promise<void[]> =>
    Promise.all(ids.map((id) => removePatiently(clock, () => remove(id))));
  const { ec2 } = clients;
  await patiently(of('network-interface'), (NetworkInterfaceId) =>
    ec2('ec2:DeleteNetworkInterface', (client, { DeleteNetworkInterfaceCommand }) =>
      client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })),
    ),
  );
  await patiently(of('volume'), (VolumeId) =>
    ec2('ec2:DeleteVolume', (client, { DeleteVolumeCommand }) =>
      client.send(new DeleteVolumeCommand({ VolumeId })),
    ),
  );
  await patiently(of('security-group'), (GroupId) =>
    ec2('ec2:DeleteSecurityGroup', (client, { DeleteSecurityGroupCommand }) =>
      client.send(new DeleteSecurityGroupCommand({ GroupId })),
    ),
  );
  const keys = of('key-pair');
  await patiently(keys.length === 0 ? [] : await nameKeys(clients, keys), (KeyName) =>
    ec2('ec2:DeleteKeyPair', (client, { DeleteKeyPairCommand }) =>
      client.send(new DeleteKeyPairCommand({ KeyName })),
    ),
  );
  for (const id of of('snapshot')) await deleteSnapshot(clients, id);
}

/** Deletion by id is answered well by some stand-ins of EC2 that do nothing then. */
async function nameKeys({ ec2 }: AwsClients, ids: string[]): Promise<string[]> {
  return ec2('ec2:DescribeKeyPairs', async (client, { DescribeKeyPairsCommand }) => {
    const filters = [{ Name: 'key-pair-id', Values: ids }];
    const { KeyPairs } = await client.send(new DescribeKeyPairsCommand({ Filters: filters }));
    return (KeyPairs ?? []).flatMap(({ KeyName }) => KeyName ?? []);
  });
}

async function terminate({ ec2 }: AwsClients, clock: Clock, ids: string[]): Promise<void> {
  // One by one: a single id that is gone would fail the call for all of them.
  for (const id of ids) {
    await unlessGone(
      ec2('ec2:TerminateInstances', (client, { TerminateInstancesCommand }) =>
        client.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
      ),
    );
  }
  const begun = clock.now();
  while (ids.length > 0) {
    const living = await ec2('ec2:DescribeInstances', async (client, { DescribeInstancesCommand }) => {
      const filters = [{ Name: 'instance-id', Values: ids }];
      const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters: filters }));
      const found = (Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
      return found
        .filter(({ State }) => State?.Name !== 'terminated')
        .flatMap(({ InstanceId }) => InstanceId ?? []);
    });
    if (living.length === 0) return;
    if (clock.now() - begun > WAIT_MILLISECONDS) {
      throw new UserError(
        'AWS_FAILED',
        `${living.join(', ')} did not terminate within ten minutes; look at it in the EC2 console`,
      );
    }
    await clock.sleep(POLL_MILLISECONDS);
  }
}

/** What holds on to something lets go of it only a while after it is gone itself. */
async function removePatiently(clock: Clock, remove: () => Promise<unknown>): Promise<void> {
  const begun = clock.now();
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      if (isGone(error)) return;
      if (!isInUse(error) || clock.now() - begun > WAIT_MILLISECONDS) throw error;
      await clock.sleep(POLL_MILLISECONDS);
    }
  }
}

/** One that an image still needs stays: EC2 knows better than a list that may be old. */
async function deleteSnapshot({ ec2 }: AwsClients, id: string): Promise<void> {
  const deleted = ec2('ec2:DeleteSnapshot', (client, { DeleteSnapshotCommand }) =>
    client.send(new DeleteSnapshotCommand({ SnapshotId: id })),
  );
  await deleted.catch((error: unknown) => {
    if (!isGone(error) && codeOf(error) !== 'InvalidSnapshot.InUse') throw error;
  });
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}

function isGone(error: unknown): boolean {
  return GONE.test(codeOf(error));
}

function isInUse(error: unknown): boolean {
  return /^(?:DependencyViolation|VolumeInUse|IncorrectState|InvalidGroup\.InUse)$/.test(codeOf(error));
}

/** AWS's own code; the client's explanation carries it as its cause. */
function codeOf(error: unknown): string {
  return awsErrorCode(error instanceof UserError ? error.cause : error);
}
