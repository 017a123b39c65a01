/** The job that makes all others, and the one that builds and deploys the trusted branch. */
export type KnownJob = 'seed' | 'deliver';

/** A job's address in Jenkins' API. A project's name needs no escaping in one. */
export function jobPath(project: string, job: KnownJob): string {
  return `/job/${project}/job/deliver/job/${job}`;
}
