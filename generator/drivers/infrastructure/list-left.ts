import type { CloudResources } from '../../ports/cloud-resources.ts';
import { TAG } from './tags.ts';

/**
 * `instance i-… (name)`, sorted. What holds data and what only looks so have other words: a `volume` and a `data snapshot`
 * are data, a `machine volume` and the `snapshot` of an image are not. Roles and instance profiles are of IAM, which this does not ask: that none is left is
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
      return `${kindOf(type, tags[TAG.role] === 'data')} ${id}${name && name !== id ? ` (${name})` : ''}`;
    })
    .sort();
}

function kindOf(type: string, isData: boolean): string {
  if (type === 'volume') return isData ? type : 'machine volume';
  return type === 'snapshot' && isData ? 'data snapshot' : type;
}
