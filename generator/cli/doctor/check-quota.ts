import { vcpusOf } from '../../model/instance-size.ts';
import { missing, ok, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';
import { plannedNodes } from './planned-nodes.ts';

/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs (docs.aws.amazon.com/ec2/latest/instancetypes). */
const QUOTA = ['--service-code', 'ec2', '--quota-code', 'L-1216C47A'];

/**
 * Whether the account may run as many vCPUs as are planned, one more node while nodes are replaced. What runs there besides is
 * not counted. Quotas are a service's of its own, which is asked by AWS's own program where that is there: a client for one
 * question is not worth its size.
 */
export const checkQuota: Check = async (context) => {
  // A lab's stand-in has none.
  if ((context.env['MILLRACE_LAB'] ?? '') !== '') return [];
  const { aws, infrastructure } = context.project;
  const planned = Object.keys(infrastructure).flatMap((name) => plannedNodes(context.project, name) ?? []);
  if (!aws || planned.length === 0) return [];
  const sizes = planned.map(({ nodes, type }) => ({ nodes, vcpus: vcpusOf(type) ?? 0 }));
  const needed =
    sizes.reduce((sum, { nodes, vcpus }) => sum + nodes * vcpus, 0) +
    Math.max(...sizes.map(({ vcpus }) => vcpus));
  const types = planned.map(({ nodes, type }) => `${nodes} × ${type}`).join(', ');
  const what = `${needed} vCPUs of on-demand instances (${types}, one more while nodes are replaced)`;
  const at = ['--region', aws.region, ...QUOTA];
  const quota = await askQuota(context, at);
  if (quota === undefined)
    return [
      warning(
        'quota',
        `EC2's quota for ${what} was not looked at: \`aws\` is not there, or may not tell`,
        `see: aws service-quotas get-service-quota ${at.join(' ')}`,
      ),
    ];
  if (quota >= needed) return [ok('quota', `EC2 allows ${quota} vCPUs, which leaves room for ${what}`)];
  return [
    missing(
      'quota',
      `EC2 allows ${quota} vCPUs, needed are ${what}`,
      `ask for more: aws service-quotas request-service-quota-increase ${at.join(' ')} --desired-value ${needed}`,
    ),
  ];
};

/** @returns undefined where nobody tells */
async function askQuota({ run }: DoctorContext, at: readonly string[]): Promise<number | undefined> {
  const args = ['service-quotas', 'get-service-quota', ...at, '--query', 'Quota.Value', '--output', 'json'];
  const answer = await run({ file: 'aws', args }).catch(() => undefined);
  if (answer?.code !== 0) return undefined;
  const value = Number(answer.stdout.trim() || 'none');
  return Number.isFinite(value) ? value : undefined;
}
