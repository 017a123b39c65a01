import type { CloudResources } from '../../ports/cloud-resources.ts';

/**
 * `instance i-… (name)`, sorted. Roles and instance profiles are of IAM, which this does not ask: that none is left is
 * proven by the destroy playbook's own end.
 */
export async function listLeft(
  project: string,
  cloud: Pick<CloudResources, 'findTagged'>,
): Promise<string[]> {
  const found = await cloud.findTagged(project);
  return found
    .map(({ type, id, tags }) => {
      const name = tags['Name'];
      return `${type} ${id}${name && name !== id ? ` (${name})` : ''}`;
    })
    .sort();
}
