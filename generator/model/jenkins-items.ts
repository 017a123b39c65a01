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

/** Names that no job of the user's may take: they are made by us in the same folder. */
export const RESERVED_JOB_NAMES = [DELIVER, 'seed'] as const;
