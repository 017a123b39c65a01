import { vcpusOf } from '../../model/instance-size.ts';
import type { Finding } from '../../report/finding-table.ts';
import { messageOf, missing, ok, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';
import { plannedNodes } from './planned-nodes.ts';

/** Whose the credentials are, and what cannot be asked of EC2. */
export const checkAws: Check = async (context) => {
  const { aws } = context.project;
  if (!aws) return [];
  return [await checkAccount(context, aws.accounts), ...tellQuota(context, aws.region)];
};

async function checkAccount({ account }: DoctorContext, accounts: readonly string[]): Promise<Finding> {
  try {
    const found = await account();
    if (accounts.includes(found)) return ok('aws', `the credentials are of account ${found}`);
    return missing(
      'aws',
      `the credentials are of account ${found}, project.yaml allows ${accounts.join(', ')}`,
      'set AWS_PROFILE to the right one, or add the account to aws.accounts',
    );
  } catch (error) {
    return missing('aws', messageOf(error));
  }
}

/** Quotas are another service's, whose client is not worth its size here. */
function tellQuota({ project, env }: DoctorContext, region: string): Finding[] {
  // The lab's stand-in has none.
  if ((env['MILLRACE_LAB'] ?? '') !== '') return [];
  const planned = Object.keys(project.infrastructure).flatMap((name) => plannedNodes(project, name) ?? []);
  if (planned.length === 0) return [];
  const vcpus = planned.reduce((sum, { nodes, type }) => sum + nodes * (vcpusOf(type) ?? 0), 0);
  const what = planned.map(({ nodes, type }) => `${nodes} × ${type}`).join(', ');
  return [
    warning(
      'quota',
      `EC2's quota for ${vcpus} vCPUs of on-demand instances (${what}, one more while nodes are replaced) is not looked at`,
      `see: aws service-quotas get-service-quota --region ${region} --service-code ec2 --quota-code L-1216C47A`,
    ),
  ];
}
