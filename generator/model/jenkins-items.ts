import type { Project } from './project/project.ts';

/** The folders inside a project's folder: branches and pull requests; and what the trusted branch may do. */
export const VERIFY = 'verify';
export const DELIVER = 'deliver';
export const JENKINS_FOLDERS = [VERIFY, DELIVER] as const;

/** The operations that every project gets a pipeline for, where it has what they work on. */
export const OPERATIONS = [
  'prune',
  'refresh',
  'rebuild',
  'redeploy_infrastructure',
  'destroy',
  'backup',
  'drift',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Makes the other jobs; the controller's configuration makes it. */
export const SEED = 'seed';

/** Names that no job of the user's may take: they are made by us in the same folder. */
export const RESERVED_JOB_NAMES = [DELIVER, SEED] as const;

/** Whether the project has what the operation works on. */
export function appliesTo(project: Project, operation: Operation): boolean {
  const has = (section: object): boolean => Object.keys(section).length > 0;
  switch (operation) {
    case 'prune':
    case 'refresh':
      return true;
    case 'rebuild':
      return has(project.images) || has(project.amis);
    case 'redeploy_infrastructure':
      return has(project.infrastructure);
    case 'destroy':
    case 'drift':
      return has(project.infrastructure) || has(project.stacks);
    case 'backup':
      return project.backup !== undefined;
  }
}
