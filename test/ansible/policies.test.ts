import { expect, test } from '@jest/globals';
import { mutations } from '../system/services/aws-actions.ts';
import { findExcess } from './find-excess.ts';
import { POLICIES, findDenied, readPolicy } from './policies.ts';
import type { Statement } from './policies.ts';

// That they allow what the playbooks and Packer ask for is seen where those run.

test.each(POLICIES)('%s allows nothing but what is bound to the region, the tag or the role', (name) => {
  expect(readPolicy(name).Statement.flatMap(findExcess)).toEqual([]);
});

const ROLE = 'arn:aws:iam::ACCOUNT:role/PROJECT-INFRASTRUCTURE-node';
const allow = (Action: string | string[], Resource: string | string[], Condition?: object): Statement =>
  ({ Sid: 'More', Effect: 'Allow', Action: [Action].flat(), Resource, Condition }) as Statement;
const REGION = { 'aws:RequestedRegion': 'REGION' };

test.each<[string, Statement, string]>([
  ['any policy to the role', allow('iam:AttachRolePolicy', ROLE), 'iam:AttachRolePolicy: iam:PolicyARN'],
  [
    'any policy by a wildcard',
    allow('iam:AttachRolePolicy', ROLE, {
      ArnEquals: { 'iam:PolicyARN': ['POLICY', 'arn:aws:iam::aws:policy/*'] },
    }),
    'iam:AttachRolePolicy: iam:PolicyARN',
  ],
  [
    'a policy only where the request names one',
    allow('iam:AttachRolePolicy', ROLE, { ArnEqualsIfExists: { 'iam:PolicyARN': 'POLICY' } }),
    'iam:AttachRolePolicy: iam:PolicyARN',
  ],
  ['a policy to a user', allow('iam:AttachUserPolicy', '*'), 'iam:AttachUserPolicy: nobody may'],
  ['another trust', allow('iam:UpdateAssumeRolePolicy', ROLE), 'iam:UpdateAssumeRolePolicy: nobody may'],
  ['a policy within the role', allow('iam:PutRolePolicy', ROLE), 'iam:PutRolePolicy: nobody may'],
  ['the same in small letters', allow('iam:putrolepolicy', ROLE), 'iam:putrolepolicy: nobody may'],
  ['another text of a policy', allow('iam:CreatePolicyVersion', '*'), 'iam:CreatePolicyVersion: nobody may'],
  ['all of IAM', allow('iam:*', ROLE), 'iam:*: nobody may'],
  ['all of everything', allow('*', ROLE), '*: nobody may'],
  [
    'roles of another project whose name begins alike',
    allow('iam:CreateRole', 'arn:aws:iam::ACCOUNT:role/PROJECT-*-node'),
    `iam:CreateRole: ${ROLE}`,
  ],
  ['the role to any service', allow('iam:PassRole', ROLE), 'iam:PassRole: iam:PassedToService'],
  ['all of EC2', allow('ec2:*', '*', { StringEquals: REGION }), 'ec2:*: an action by its name'],
  ['a look into every region', allow('ec2:DescribeVpcs', '*'), 'ec2:DescribeVpcs: the region'],
  [
    'anybody’s machine',
    allow('ec2:TerminateInstances', 'arn:aws:ec2:REGION:ACCOUNT:instance/PROJECT', { StringEquals: REGION }),
    'ec2:TerminateInstances: a tag',
  ],
  [
    'another project’s machine',
    allow('ec2:TerminateInstances', '*', {
      StringEquals: { ...REGION, 'aws:ResourceTag/millrace:project': '*' },
    }),
    'ec2:TerminateInstances: a tag',
  ],
  [
    'a machine without the tag',
    allow('ec2:RunInstances', 'arn:aws:ec2:REGION:ACCOUNT:instance/*', { StringEquals: REGION }),
    'ec2:RunInstances: a tag',
  ],
  ['all but something', { ...allow([], '*'), NotAction: ['iam:X'] } as Statement, 'More: no NotAction'],
])('a statement that allows %s is refused', (_what, statement, excess) => {
  expect(findExcess(statement)).toEqual([excess]);
});

test('who deploys attaches no policy; who attaches some does nothing else', () => {
  const attaching = ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'];
  expect(findDenied(attaching, 'plan', 'bake', 'deploy', 'destroy', 'prune')).toEqual(attaching);
  expect(readPolicy('node-policies').Statement.flatMap(({ Action }) => Action)).toEqual(attaching);
});

test('plan only looks', () => {
  expect(mutations(readPolicy('plan').Statement.flatMap(({ Action }) => Action))).toEqual([]);
});

test('prune removes images with their snapshots, and the lock that it made, of this project alone', () => {
  const changing = readPolicy('prune').Statement.filter(({ Action }) => mutations(Action).length > 0);
  expect([...new Set(changing.flatMap(({ Action }) => Action))].sort()).toEqual([
    'ec2:CreateKeyPair',
    'ec2:CreateTags',
    'ec2:DeleteKeyPair',
    'ec2:DeleteSnapshot',
    'ec2:DeregisterImage',
    'ec2:ImportKeyPair',
  ]);
  for (const { Sid, Condition } of changing)
    expect([Sid, /"PROJECT"|CreateAction/.test(JSON.stringify(Condition))]).toEqual([Sid, true]);
});

test.each(POLICIES)('%s fits into a managed policy, with long names too', (name) => {
  const filled = JSON.stringify(readPolicy(name))
    .replaceAll('PROJECT', 'p'.repeat(32))
    .replaceAll('INFRASTRUCTURE', 'i'.repeat(24))
    .replaceAll('REGION', 'ap-southeast-2')
    .replaceAll('ACCOUNT', '123456789012');
  expect(filled.length).toBeLessThanOrEqual(6144);
});

test.each(['deploy', 'destroy', 'prune'] as const)(
  '%s may make the lock, say that its holder lives, and take it away',
  (name) => {
    // What the lock's key pair bears, and not the tag of what the project consists of: ec2-lock-place.ts.
    const of = (action: string, key: string): string[] =>
      readPolicy(name)
        .Statement.filter(({ Action, Condition }) => {
          return (
            Action.includes(action) && JSON.stringify(Condition).includes(`"${key}/millrace:lock":"PROJECT"`)
          );
        })
        .map(({ Sid }) => Sid);
    expect(of('ec2:ImportKeyPair', 'aws:RequestTag')).toHaveLength(1);
    expect(of('ec2:CreateTags', 'aws:ResourceTag')).toHaveLength(1);
    expect(of('ec2:DeleteKeyPair', 'aws:ResourceTag')).toHaveLength(1);
  },
);
