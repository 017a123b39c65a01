import type { Project } from '../model/project/project.ts';

/** What options.partial.hbs needs. @param timeout a Duration, such as `45m` */
export function optionsOf(project: Project, timeout: string): object {
  const units = { s: 'SECONDS', m: 'MINUTES', h: 'HOURS', d: 'DAYS' } as const;
  return {
    retentionDays: String(project.retention.days),
    retentionBuilds: String(project.retention.commits),
    timeoutAmount: Number(timeout.slice(0, -1)),
    timeoutUnit: units[timeout.slice(-1) as keyof typeof units],
  };
}
