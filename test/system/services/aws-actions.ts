import type { SeenRequest } from '../../fakes/fault-proxy.ts';

/** Versions of the query protocol, by which its services are told apart. */
const SERVICES: Readonly<Record<string, string>> = {
  '2016-11-15': 'ec2',
  '2010-05-08': 'iam',
  '2011-06-15': 'sts',
};

/** What was asked of AWS, as policies name it: `ec2:RunInstances`. */
export function nameAction({ body }: Pick<SeenRequest, 'body'>): string {
  const parameters = new URLSearchParams(body);
  return `${SERVICES[parameters.get('Version') ?? ''] ?? 'unknown'}:${parameters.get('Action') ?? ''}`;
}

/** Those that change something. */
export const mutations = (actions: readonly string[]): string[] =>
  actions.filter((action) => !/:(?:Describe|Get|List)/.test(action));
