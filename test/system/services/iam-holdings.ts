import {
  GetInstanceProfileCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListRoleTagsCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { readTags } from '../../../generator/adapters/ec2/read-tags.ts';
import { clientConfig } from './ec2-holdings.ts';
import type { AwsAddress } from './ec2-holdings.ts';

/** A role or an instance profile. */
export interface IamHolding {
  /** `role shop-cluster-node` */
  what: string;
  tags: Record<string, string>;
  /** Of a role the ARNs of its policies, of a profile the names of its roles; sorted. */
  holds: string[];
}

export const iamClient = (aws: AwsAddress): IAMClient => new IAMClient(clientConfig(aws));

/** What IAM holds with the tag of one project, roles first. */
export async function readIamHoldings(aws: AwsAddress, project: string): Promise<IamHolding[]> {
  const client = iamClient(aws);
  const [{ Roles = [] }, { InstanceProfiles = [] }] = await Promise.all([
    client.send(new ListRolesCommand({})),
    client.send(new ListInstanceProfilesCommand({})),
  ]);
  const roles = Roles.map(async ({ RoleName }) => {
    const { Tags } = await client.send(new ListRoleTagsCommand({ RoleName }));
    const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    const holds = AttachedPolicies.map(({ PolicyArn }) => PolicyArn!).sort();
    return { what: `role ${RoleName}`, tags: readTags(Tags), holds };
  });
  // The stand-in has no ListInstanceProfileTags.
  const profiles = InstanceProfiles.map(async ({ InstanceProfileName }) => {
    const answer = await client.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    const { Tags, Roles: held = [] } = answer.InstanceProfile!;
    const holds = held.map(({ RoleName }) => RoleName!).sort();
    return { what: `instance profile ${InstanceProfileName}`, tags: readTags(Tags), holds };
  });
  const all = await Promise.all([...roles, ...profiles]);
  return all.filter(({ tags }) => tags['millrace:project'] === project);
}
