import { expandJob } from '../../generator/model/concrete-job.ts';
import type { ConcreteJob } from '../../generator/model/concrete-job.ts';
import { Project } from '../../generator/model/project/project.ts';

/** A project as the schema completes it. */
export function projectOf(fields: object = {}): Project {
  return Project.parse({ project: 'shop', ...fields });
}

/** The project, and its jobs with templates expanded; the rules across fields are not asked. */
export function projectAndJobs(fields: object = {}): { project: Project; jobs: ConcreteJob[] } {
  const project = projectOf(fields);
  return { project, jobs: Object.entries(project.jobs).flatMap(([entry, job]) => expandJob(entry, job)) };
}
