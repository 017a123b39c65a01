import type { Statement } from './policies.ts';

const NAME = 'PROJECT-INFRASTRUCTURE-node';
const ROLE = `arn:aws:iam::ACCOUNT:role/${NAME}`;
const PROFILE = `arn:aws:iam::ACCOUNT:instance-profile/${NAME}`;

/**
 * What of IAM may be allowed, and on what. Nothing else may: who writes a policy, a trust or a user is whoever they like.
 * Looks are listed too, since IAM's looks change nothing but tell a lot.
 */
const OF_IAM: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...[
        'AttachRolePolicy',
        'CreateRole',
        'DeleteRole',
        'DetachRolePolicy',
        'GetRole',
        'PassRole',
        'TagRole',
      ],
      ...['ListAttachedRolePolicies', 'ListInstanceProfilesForRole', 'ListRolePolicies'],
      ...['UntagRole', 'UpdateRole'],
    ].map((action) => [`iam:${action}`, ROLE]),
  ),
  ...Object.fromEntries(
    [
      ...['AddRoleToInstanceProfile', 'CreateInstanceProfile', 'DeleteInstanceProfile', 'GetInstanceProfile'],
      ...['RemoveRoleFromInstanceProfile', 'TagInstanceProfile', 'UntagInstanceProfile'],
    ].map((action) => [`iam:${action}`, PROFILE]),
  ),
  // That no role is left is proven by names and tags: IAM cannot be searched by tag.
  'iam:ListInstanceProfiles': '*',
  'iam:ListInstanceProfileTags': 'arn:aws:iam::ACCOUNT:instance-profile/PROJECT-*',
  'iam:ListRoles': '*',
  'iam:ListRoleTags': 'arn:aws:iam::ACCOUNT:role/PROJECT-*',
};

/** Kinds of what may be used, or taken away, without a tag: docs/operations.md says so. */
const UNTAGGED: Readonly<Record<string, readonly string[]>> = {
  'ec2:CreateImage': ['image', 'snapshot'],
  'ec2:CreateSecurityGroup': ['vpc'],
  'ec2:DeleteNetworkInterface': ['network-interface'],
  'ec2:DetachNetworkInterface': ['network-interface'],
  'ec2:RunInstances': ['image', 'key-pair', 'network-interface', 'security-group', 'snapshot', 'subnet'],
};

/** What a statement allows beyond what docs/operations.md says, as `action: what is missing`. */
export function findExcess(statement: Statement): string[] {
  const { Effect, Action, Resource, Condition = {}, Sid, ...more } = statement;
  if (Effect !== 'Allow' || !Array.isArray(Action)) return [`${Sid}: an Allow of a list of actions`];
  if (Object.keys(more).length > 0) return [`${Sid}: no ${Object.keys(more).join(', ')}`];
  const resources = [Resource].flat();
  return Action.flatMap((action) => {
    const missing = action.startsWith('ec2:')
      ? findExcessOfEc2(action, resources, Condition)
      : findExcessOfIam(action, resources, Condition);
    return missing === undefined ? [] : [`${action}: ${missing}`];
  });
}

function findExcessOfEc2(
  action: string,
  resources: readonly string[],
  { StringEquals: equal = {}, StringEqualsIfExists: ifThere = {} }: NonNullable<Statement['Condition']>,
): string | undefined {
  if (!/^ec2:[A-Z][A-Za-z]+$/.test(action)) return 'an action by its name';
  if (equal['aws:RequestedRegion'] !== 'REGION') return 'the region';
  const kinds = resources.map(
    (one) => /^arn:aws:ec2:REGION:(?:ACCOUNT)?:([a-z-]+)\/\*$/.exec(one)?.[1] ?? one,
  );
  if (/^ec2:Describe/.test(action) || kinds.every((kind) => UNTAGGED[action]?.includes(kind)))
    return undefined;
  const tags = ['RequestTag', 'ResourceTag'].flatMap((of) => [
    `aws:${of}/millrace:project`,
    `aws:${of}/millrace:lock`,
  ]);
  const isTagged = tags.some((key) => equal[key] === 'PROJECT');
  // Packer 1.6 writes an image's description before its tags.
  const isOursOrNobodys =
    action === 'ec2:ModifyImageAttribute' && ifThere['aws:ResourceTag/millrace:project'] === 'PROJECT';
  const isBeingMade = action === 'ec2:CreateTags' && equal['ec2:CreateAction'] !== undefined;
  return isTagged || isOursOrNobodys || isBeingMade ? undefined : 'a tag';
}

function findExcessOfIam(
  action: string,
  resources: readonly string[],
  { StringEquals: equal = {}, ArnEquals: arns = {} }: NonNullable<Statement['Condition']>,
): string | undefined {
  const resource = OF_IAM[action];
  if (resource === undefined) return 'nobody may';
  if (resources.some((one) => one !== resource)) return resource;
  if (/^iam:(?:At|De)tachRolePolicy$/.test(action) && !namesPolicies(arns['iam:PolicyARN']))
    return 'iam:PolicyARN';
  if (action === 'iam:PassRole' && equal['iam:PassedToService'] !== 'ec2.amazonaws.com')
    return 'iam:PassedToService';
  return undefined;
}

const namesPolicies = (value: unknown): boolean => {
  const policies = [value].flat();
  return policies.length > 0 && policies.every((one) => one === 'POLICY');
};
