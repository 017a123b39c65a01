import type { CloudResources, Tags } from '../../ports/cloud-resources.ts';
import { createAwsClients } from './aws-clients.ts';
import type { AwsClients } from './aws-clients.ts';
import { createEc2LockPlace } from './ec2-lock-place.ts';
import { findTagged } from './find-tagged.ts';
import { writeTags } from './read-tags.ts';
import { sweepCluster } from './sweep-cluster.ts';

/** EC2 of one region and STS, through the AWS SDK, which is loaded at the first call. */
export function createCloudResources(region: string): CloudResources {
  const clients = createAwsClients(region);
  return {
    account: clients.account,
    sweep: (project) => sweepCluster(clients, project),
    findTagged: (project) => findTagged(clients, project),
    retag: (id, set, remove) => retag(clients, id, set, remove),
    lockPlace: (project) => createEc2LockPlace(clients, project, region),
  };
}

async function retag({ ec2 }: AwsClients, id: string, set: Tags, remove: readonly string[]): Promise<void> {
  if (Object.keys(set).length > 0)
    await ec2('ec2:CreateTags', (client, { CreateTagsCommand }) =>
      client.send(new CreateTagsCommand({ Resources: [id], Tags: writeTags(set) })),
    );
  if (remove.length === 0) return;
  // Without a value: whatever it is.
  const tags = remove.map((Key) => ({ Key }));
  await ec2('ec2:DeleteTags', (client, { DeleteTagsCommand }) =>
    client.send(new DeleteTagsCommand({ Resources: [id], Tags: tags })),
  );
}
