import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import { hostingOf } from '../render/operations.ts';
import type { Invocation } from './command.ts';

/**
 * No pipeline survives that what carries it is taken away; and a job that only verifies takes nothing away.
 * @param ids of the command; everything where empty
 * @throws UserError NOT_IN_JENKINS
 */
export function refuseHosting(project: Project, ids: readonly string[], env: Invocation['env']): void {
  const role = env['MILLRACE_ROLE'] ?? '';
  if (role === '' && (env['JENKINS_URL'] ?? '') === '') return;
  if (role === 'verify')
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
