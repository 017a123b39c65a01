import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import { hostingOf } from '../render/operations.ts';
import type { PlannedComponent } from '../plan/plan.ts';
import type { Invocation } from './command.ts';

/**
 * No pipeline survives that what carries it is taken away; and a job that only verifies takes nothing away.
 * @param ids of the command; everything where empty
 * @throws UserError NOT_IN_JENKINS
 */
export function refuseHosting(project: Project, ids: readonly string[], env: Invocation['env']): void {
  if (!isInJenkins(env)) return;
  if (env['MILLRACE_ROLE'] === 'verify')
    throw new UserError(
      'NOT_IN_JENKINS',
      'a job that verifies destroys nothing; run it where the trusted branch is',
    );
  const hosting = hostingOf(project).filter((id) => ids.length === 0 || ids.includes(id));
  if (hosting.length === 0) return;
  const command = ['millrace destroy', ...ids].join(' ');
  throw new UserError(
    'NOT_IN_JENKINS',
    `${hosting.join(' and ')} ${hosting.length === 1 ? 'carries' : 'carry'} this Jenkins, which would not survive; ` +
      `nothing was changed; on a workstation: ${command}`,
  );
}

/**
 * What carries Jenkins is handed over by a build (docs/decisions/029), and comes back. Where all its nodes go first, or
 * where it is no longer wanted, there is nothing to come back to.
 * @throws UserError NOT_IN_JENKINS
 */
export function refuseLosingJenkins(
  components: readonly Pick<PlannedComponent, 'id' | 'action'>[],
  project: Project,
  env: Invocation['env'],
): void {
  if (!isInJenkins(env)) return;
  const recreated = Object.entries(project.infrastructure)
    .filter(([, { replace }]) => replace === 'recreate')
    .map(([name]) => `infrastructure:${name}`);
  const hosting = hostingOf(project).filter((id) => recreated.includes(id));
  const lost = components.find(
    ({ id, action }) =>
      (action === 'deploy' && hosting.includes(id)) || (action === 'remove' && id === 'stack:jenkins'),
  );
  if (!lost) return;
  // What runs on a cluster that is made anew is to be deployed with it.
  const [what, command] =
    lost.action === 'remove'
      ? ['is to be removed', `millrace apply --only ${lost.id}`]
      : ['is replaced all at once (`replace: recreate`)', 'millrace apply'];
  throw new UserError(
    'NOT_IN_JENKINS',
    `${lost.id} carries this Jenkins and ${what}, which no build would survive; ` +
      `nothing was changed; on a workstation: ${command}`,
  );
}

/**
 * Hosts of an inventory are reached as the inventory says: a job outside of Jenkins has a key for them where the agent has one.
 * @param handed what is left to such a job
 * @param hasKey whether it was given one
 * @throws UserError NOT_IN_JENKINS
 */
export function refuseWithoutKey(
  handed: readonly Pick<PlannedComponent, 'id'>[],
  { infrastructure }: Project,
  hasKey: () => boolean,
): void {
  const lost = handed.find(
    ({ id }) => infrastructure[id.replace(/^infrastructure:/, '')]?.hosts !== undefined,
  );
  if (!lost || hasKey()) return;
  throw new UserError(
    'NOT_IN_JENKINS',
    `${lost.id} carries this Jenkins, and nothing here has a key of its hosts (docs/operations.md, "How to change the cluster under ` +
      `Jenkins"); nothing was changed; on a workstation: millrace apply --only ${lost.id}`,
  );
}

function isInJenkins(env: Invocation['env']): boolean {
  return (env['MILLRACE_ROLE'] ?? '') !== '' || (env['JENKINS_URL'] ?? '') !== '';
}
