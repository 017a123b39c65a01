import type { Project } from '../model/project/project.ts';

/** A `post` condition of a pipeline and whom it tells. */
export interface Notification {
  condition: string;
  event: string;
  mail: string[];
  slack: string;
}

const EVENTS = {
  failure: 'failed',
  fixed: 'works again',
  success: 'succeeded',
  aborted: 'was aborted',
} as const;

/** In the order of Jenkins' own conditions, whatever the order in project.yaml. */
export function notificationsOf(project: Project): Notification[] {
  const { notify } = project;
  if (!notify) return [];
  return (['fixed', 'success', 'failure', 'aborted'] as const)
    .filter((condition) => notify.on.includes(condition))
    .map((condition) => ({
      condition,
      event: EVENTS[condition],
      mail: notify.mail ?? [],
      slack: notify.slack?.credential ?? '',
    }));
}
