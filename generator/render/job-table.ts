import type { ConcreteJob } from '../model/concrete-job.ts';
import { holdsVariable } from '../model/concrete-job.ts';
import type { Project } from '../model/project/project.ts';
import type { JobGroup } from './job-group.ts';
import { fullName, userItem } from './job-items.ts';
import type { JobItem } from './job-items.ts';

/** Job DSL of a template: a row for each job, and one job that names their columns where they differ. */
export interface JobTable {
  /** Named unlike every method of Job DSL, which they would hide. @see COLUMNS */
  columns: { name: string; follows: boolean }[];
  rowOf: (job: ConcreteJob) => string[];
  item: JobItem;
}

type Column = 'job' | 'about' | 'times' | 'pipeline';

/** Names of columns -> what of a job they hold. */
export const COLUMNS: Readonly<Record<Column, keyof JobItem>> = {
  job: 'fullName',
  about: 'description',
  times: 'schedule',
  pipeline: 'scriptPath',
};

export function jobTable(project: Project, group: JobGroup): JobTable {
  const { written, variables, scripts } = group;
  const prefix = fullName(project, '');
  const valueOf: Record<Column, (job: ConcreteJob) => string> = {
    job: ({ name }) => prefix + name,
    about: ({ description }) => description,
    times: ({ schedule }) => schedule ?? '',
    pipeline: ({ agent }) => scripts.get(agent)!,
  };
  const differ: Record<Column, boolean> = {
    job: true,
    about: holdsVariable(written.description ?? '', variables),
    times: holdsVariable(written.schedule ?? '', variables),
    pipeline: scripts.size > 1,
  };
  const names = (Object.keys(COLUMNS) as Column[]).filter((name) => differ[name]);
  const values = names.map((name) => valueOf[name]);
  return {
    columns: names.map((name, index) => ({ name, follows: index > 0 })),
    rowOf: (job) => values.map((of) => of(job)),
    item: {
      ...userItem(project, group),
      ...Object.fromEntries(names.map((name) => [COLUMNS[name], { variable: name }])),
    },
  };
}
