import type { IAMClient, Tag } from '@aws-sdk/client-iam';
import type { CloudThing } from '../../ports/cloud-resources.ts';
import type { CloudRoles } from '../../ports/cloud-roles.ts';
import { createAwsClients } from './aws-clients.ts';
import type { AwsClients, IamModule } from './aws-clients.ts';
import { awsErrorCode } from './explain-aws-error.ts';
import { readTags } from './read-tags.ts';

/** How one type is looked for: lists of IAM tell no tags, so each is asked for its own. */
interface Look {
  type: string;
  /** As IAM names them. */
  actions: { list: string; tags: string };
  list: (client: IAMClient, sdk: IamModule) => AsyncIterable<(string | undefined)[]>;
  tagsOf: (client: IAMClient, sdk: IamModule, name: string) => Promise<Tag[] | undefined>;
}

const LOOKS: readonly Look[] = [
  {
    type: 'role',
    actions: { list: 'iam:ListRoles', tags: 'iam:ListRoleTags' },
    list: (client, sdk) =>
      each(sdk.paginateListRoles({ client }, {}), ({ Roles = [] }) => Roles.map(({ RoleName }) => RoleName)),
    tagsOf: async (client, sdk, RoleName) =>
      (await client.send(new sdk.ListRoleTagsCommand({ RoleName }))).Tags,
  },
  {
    type: 'instance profile',
    actions: { list: 'iam:ListInstanceProfiles', tags: 'iam:ListInstanceProfileTags' },
    list: (client, sdk) =>
      each(sdk.paginateListInstanceProfiles({ client }, {}), ({ InstanceProfiles = [] }) =>
        InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName),
      ),
    tagsOf: async (client, sdk, InstanceProfileName) =>
      (await client.send(new sdk.ListInstanceProfileTagsCommand({ InstanceProfileName }))).Tags,
  },
];

/** IAM through the AWS SDK, which is loaded at the first call. */
export function createCloudRoles(region: string): CloudRoles {
  const clients = createAwsClients(region);
  return { findTagged: (project) => findTaggedRoles(clients, project) };
}

/** A call a page of all that the account has, and one for each that is named as the project's are. */
export async function findTaggedRoles(
  { iam }: Pick<AwsClients, 'iam'>,
  project: string,
): Promise<CloudThing[]> {
  const found = await Promise.all(
    LOOKS.map(async ({ type, actions, list, tagsOf }) => {
      const names = await iam(actions.list, async (client, sdk) => {
        const all: string[] = [];
        for await (const page of list(client, sdk)) all.push(...page.flatMap((name) => name ?? []));
        return all.filter((name) => name.startsWith(`${project}-`));
      });
      const things: CloudThing[] = [];
      for (const id of names) {
        const tags = await iam(actions.tags, (client, sdk) => unlessGone(tagsOf(client, sdk, id)));
        things.push({ type, id, tags: readTags(tags) });
      }
      return things;
    }),
  );
  return found.flat().filter(({ tags }) => tags['millrace:project'] === project);
}

/** Another project of the account may take its own away meanwhile. */
async function unlessGone(tags: Promise<Tag[] | undefined>): Promise<Tag[] | undefined> {
  return tags.catch((error: unknown) => {
    if (!/^NoSuchEntity/.test(awsErrorCode(error))) throw error;
    return undefined;
  });
}

async function* each<Page>(
  pages: AsyncIterable<Page>,
  read: (page: Page) => (string | undefined)[],
): AsyncGenerator<(string | undefined)[]> {
  for await (const page of pages) yield read(page);
}
