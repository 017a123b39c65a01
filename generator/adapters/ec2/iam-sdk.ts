/** What is used of IAM's client. By name, so that the package leaves out the rest of it. */
export {
  IAMClient,
  ListInstanceProfileTagsCommand,
  ListRoleTagsCommand,
  paginateListInstanceProfiles,
  paginateListRoles,
} from '@aws-sdk/client-iam';
