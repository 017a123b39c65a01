import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An IAM policy as ansible/iam holds it. */
export interface Policy {
  Statement: Statement[];
}

export interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

export const POLICIES = ['plan', 'bake', 'deploy', 'node-policies', 'destroy', 'prune'] as const;

type PolicyName = (typeof POLICIES)[number];

export const readPolicy = (name: PolicyName): Policy =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../ansible/iam/${name}.json`), 'utf8')) as Policy;

/**
 * Which of the actions the policies together do not allow, each once. Nobody needs a permission to ask who they are, and
 * amazon.aws.aws_caller_info does without the account's alias where it may not ask for it.
 * @param actions as policies name them: `ec2:RunInstances`
 */
export function findDenied(actions: readonly string[], ...names: PolicyName[]): string[] {
  const allowed = new Set([
    'sts:GetCallerIdentity',
    'iam:ListAccountAliases',
    ...names.flatMap((name) => readPolicy(name).Statement.flatMap(({ Action }) => Action)),
  ]);
  return [...new Set(actions)].filter((action) => !allowed.has(action));
}
