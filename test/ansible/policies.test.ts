import { expect, test } from '@jest/globals';
import { mutations } from '../system/services/aws-actions.ts';
import { POLICIES, readPolicy } from './policies.ts';

// That they allow what the playbooks ask for is seen where those run.

test.each(POLICIES)(
  '%s: whatever changes something is bound to the region, the account or the project',
  (name) => {
    for (const { Sid, Effect, Action, Condition, Resource } of readPolicy(name).Statement) {
      expect([Sid, Effect]).toEqual([Sid, 'Allow']);
      const bound = `${JSON.stringify(Condition ?? {})} ${JSON.stringify(Resource)}`;
      expect([Sid, mutations(Action).length === 0 || /REGION|PROJECT/.test(bound)]).toEqual([Sid, true]);
    }
  },
);

test.each(POLICIES)('%s names each action, by no wildcard', (name) => {
  const actions = readPolicy(name).Statement.flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/^(ec2|iam|sts):[A-Za-z]+$/.test(action))).toEqual([]);
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

test.each(POLICIES)('%s fits into a managed policy', (name) => {
  expect(JSON.stringify(readPolicy(name)).length).toBeLessThan(6144);
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
