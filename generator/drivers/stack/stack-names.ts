import { createHash } from 'node:crypto';
import { componentId } from '../../model/component.ts';
import { fitName } from '../../model/fit-name.ts';
import { UserError } from '../../model/user-error.ts';
import type { Labels } from './swarm-objects.ts';

/** Docker's own label of all that belongs to a stack. */
export const NAMESPACE = 'com.docker.stack.namespace';
export const PROJECT = 'millrace.project';
export const COMPONENT = 'millrace.component';
export const HASH = 'millrace.hash';
/** On a service that was stopped for a while, by how many tasks it had: whoever finds it may start it again. */
export const PAUSED = 'millrace.paused';
/** On configs that say what was deployed: `deployed` or `pending`. */
export const RECORD = 'millrace.record';
/** On configs and secrets made of a file: the name that the stack file has for it. */
export const VERSION_OF = 'millrace.version-of';

/** On services that do one thing and are then over, beside a stack: they are none of its services. */
export const JOB = 'millrace.job';

/** A service's name is one component of a DNS name (moby/swarmkit, manager/controlapi/common.go). */
const MAX_SERVICE = 63;
const SERVICE = /^[a-zA-Z0-9](?:[-_]*[a-zA-Z0-9]+)*$/;

/** A stack's name in the Swarm, which may hold stacks of other projects, too. Names of services admit no dot. */
export function namespaceOf(project: string, stack: string): string {
  return `${project}-${stack}`.replaceAll('.', '-');
}

/** The labels of whatever a stack has in the Swarm. */
export function ownLabels(project: string, stack: string): Record<string, string> {
  return { [PROJECT]: project, [COMPONENT]: componentId('stack', stack) };
}

/** As `docker stack deploy` names it. @throws UserError LONG_NAME, BAD_STACK */
export function serviceName(namespace: string, service: string): string {
  const name = `${namespace}_${service}`;
  if (name.length > MAX_SERVICE) {
    throw new UserError(
      'LONG_NAME',
      `the service ${service} would be named ${name} in the Swarm, ${name.length} characters of at most ${MAX_SERVICE}; shorten the name of the service, the stack or the project`,
    );
  }
  if (SERVICE.test(name)) return name;
  throw new UserError(
    'BAD_STACK',
    `the name of the service ${service} is not one that a Swarm takes; use letters, digits, - and _`,
  );
}

/** @param name of a Swarm's service @returns as the stack file names it */
export function shortName(namespace: string, name: string): string {
  return name.startsWith(`${namespace}_`) ? name.slice(namespace.length + 1) : name;
}

/** The name of a config or secret with this content: another content is another one, for neither can be changed. */
export function versionName(base: string, content: Uint8Array): string {
  const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return fitName(base, version);
}

/** @throws UserError FOREIGN_STACK where what is there under our name belongs to another project's stack */
export function refuseForeign(
  what: string,
  labels: Labels | null | undefined,
  wanted: Readonly<Record<string, string>>,
): void {
  const [project, component] = [labels?.[PROJECT], labels?.[COMPONENT]];
  if (project === undefined) return;
  if (project === wanted[PROJECT] && (component ?? wanted[COMPONENT]) === wanted[COMPONENT]) return;
  throw new UserError(
    'FOREIGN_STACK',
    `${what} is there already and belongs to ${component ?? 'a component'} of the project ${project}; rename this project or stack`,
  );
}
