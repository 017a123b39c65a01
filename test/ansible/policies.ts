import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An IAM policy as ansible/iam holds it. */
export interface Policy {
  Statement: { Sid: string; Effect: string; Action: string[]; Condition?: object; Resource: unknown }[];
}

export const POLICIES = ['plan', 'bake', 'deploy', 'destroy', 'prune'] as const;

export const readPolicy = (name: (typeof POLICIES)[number]): Policy =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../ansible/iam/${name}.json`), 'utf8')) as Policy;

/**
 * Which of the actions a policy does not allow, each once. Nobody needs a permission to ask who they are, and
 * amazon.aws.aws_caller_info does without the account's alias where it may not ask for it.
 * @param actions as policies name them: `ec2:RunInstances`
 */
export function findDenied(actions: readonly string[], name: (typeof POLICIES)[number]): string[] {
  const allowed = new Set([
    'sts:GetCallerIdentity',
    'iam:ListAccountAliases',
    ...readPolicy(name).Statement.flatMap((one) => one.Action),
  ]);
  return [...new Set(actions)].filter((action) => !allowed.has(action));
}
