import type { ComponentId } from '../../model/component.ts';
import { fitName } from '../../model/fit-name.ts';
import { JOB, PROJECT } from '../stack/stack-names.ts';
import type { SwarmService } from '../stack/swarm-objects.ts';

/** On its job, its secret and its report. */
export const HANDOVER = 'millrace.handover';
/** Where a job finds what it got. */
export const HANDED_SECRET = 'handover';
export const HANDED_REPOSITORY = '/handover/repository.git';
/** The branch of that repository that is applied. */
export const HANDED_BRANCH = 'handover';

/** The own node, in the Swarm: set for what a job outside of Jenkins runs, which reaches nodes from inside their network. */
export const INSIDE_NODE = 'MILLRACE_INSIDE_NODE';
/** The public half of the key that a job was given for the nodes; MILLRACE_SSH_KEY names the private one. */
export const HANDED_KEY = 'MILLRACE_HANDED_KEY';

/** The comment of such keys on nodes, by which they are known. */
export function keyComment(project: string): string {
  return `millrace-handover-of-${project}`;
}

/** Of the job, and of its secret. A service's name has 63 characters at most. */
export function handOverName(project: string, number: number): string {
  return `${prefixOf(project)}${number}`;
}

export function reportName(project: string): string {
  return fitName(`millrace-handover-${project}`, 'report');
}

/** @returns undefined for what is no hand-over of the project */
export function numberOf(project: string, name: string): number | undefined {
  const [prefix, digits] = [prefixOf(project), name.slice(prefixOf(project).length)];
  return name.startsWith(prefix) && /^[0-9]+$/.test(digits) ? Number(digits) : undefined;
}

/** Sorted by their numbers. @param services also others' */
export function handOversAmong(services: readonly SwarmService[], project: string): SwarmService[] {
  const numbered = services.flatMap((job) => {
    const { [PROJECT]: owner, [JOB]: isJob } = job.Spec.Labels ?? {};
    const number = owner === project && isJob !== undefined ? numberOf(project, job.Spec.Name) : undefined;
    return number === undefined ? [] : [{ job, number }];
  });
  return numbered.sort((a, b) => a.number - b.number).map(({ job }) => job);
}

function prefixOf(project: string): string {
  return `millrace-handover-${project.replaceAll('.', '-').slice(0, 36)}-`;
}

/** What a job gets that nobody else may see: a Swarm secret of its own. */
export interface HandedSecret {
  version: 1;
  env: Readonly<Record<string, string>>;
  /** Contents, base64, by variables of `env` that are to name them. */
  files: Readonly<Record<string, string>>;
}

/** What is handed over. */
export interface HandOver {
  project: string;
  revision: string;
  components: readonly ComponentId[];
  /** Path of the build that hands over, such as `/job/shop/job/deliver/job/deliver/7`; empty where none is known. */
  build: string;
}
