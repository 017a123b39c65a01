import { registryOf } from '../../drivers/image/registry-place.ts';
import type { Finding } from '../../report/finding-table.ts';
import { has, missing, ok, warning } from './context.ts';
import type { Check, DoctorContext } from './context.ts';

/** Of a registry that is asked whether it answers (distribution, docs/spec/api.md, "API Version Check"). */
const ANSWERS: ReadonlySet<number | string> = new Set([200, 401, 403]);

export const checkNetwork: Check = async (context) =>
  (await Promise.all([checkRegistry(context), checkUrl(context)])).flat();

async function checkRegistry({ project, env, probe }: DoctorContext): Promise<Finding[]> {
  const { own, read } = registryOf(project, env);
  if (own || !has(project.images)) return [];
  const domain = read.split('/', 1)[0]!;
  const answers = await Promise.all(['https', 'http'].map((scheme) => probe(`${scheme}://${domain}/v2/`)));
  if (answers.some((answer) => ANSWERS.has(answer))) return [ok('registry', `${domain} answers`)];
  return [
    missing(
      'registry',
      `${domain} does not answer (${answers[0]})`,
      'look at the network, or at registry.url in project.yaml',
    ),
  ];
}

async function checkUrl({ project, resolves }: DoctorContext): Promise<Finding[]> {
  const { url } = project.jenkins;
  if (url === undefined || !project.stacks['jenkins']) return [];
  const host = new URL(url).hostname;
  if (await resolves(host)) return [ok('jenkins.url', `${host} has an address`)];
  return [
    warning(
      'jenkins.url',
      `${host} leads to no address from here`,
      'point its name at the nodes; webhooks and people come by it',
    ),
  ];
}
