import { UserError } from '../../model/user-error.ts';
import type { CloudResources, CloudThing } from '../../ports/cloud-resources.ts';
import type { CloudRoles } from '../../ports/cloud-roles.ts';
import { TAG } from './tags.ts';

/** Where what is left is looked for. */
export interface Places {
  cloud: Pick<CloudResources, 'findTagged'>;
  roles?: CloudRoles;
}

/**
 * `instance i-… (name)`, sorted. What holds data and what only looks so have other words: a `volume` and a `data snapshot`
 * are data, a `machine volume` and the `snapshot` of an image are not.
 * @param miss told what the credentials may not look for
 */
export async function listLeft(
  project: string,
  { cloud, roles }: Places,
  miss?: (what: string) => void,
): Promise<string[]> {
  const found = await Promise.all([cloud.findTagged(project), findRoles(project, roles, miss)]);
  return found
    .flat()
    .map(({ type, id, tags }) => {
      const name = tags['Name'];
      return `${kindOf(type, tags[TAG.role] === 'data')} ${id}${name && name !== id ? ` (${name})` : ''}`;
    })
    .sort();
}

/** Credentials that may do all else may be refused here: IAM is a service of its own. */
async function findRoles(
  project: string,
  roles: CloudRoles | undefined,
  miss: ((what: string) => void) | undefined,
): Promise<CloudThing[]> {
  try {
    return (await roles?.findTagged(project)) ?? [];
  } catch (error) {
    if (!miss || !(error instanceof UserError) || error.code !== 'AWS_DENIED') throw error;
    miss(`roles and instance profiles: ${error.message}`);
    return [];
  }
}

function kindOf(type: string, isData: boolean): string {
  if (type === 'volume') return isData ? type : 'machine volume';
  return type === 'snapshot' && isData ? 'data snapshot' : type;
}
