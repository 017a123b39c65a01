import type { ConcreteJob } from '../model/concrete-job.ts';
import { holdsVariable } from '../model/concrete-job.ts';
import type { Job } from '../model/project/job.ts';
import type { Project } from '../model/project/project.ts';
import { operationOf } from './operations.ts';
import { scriptPathOf } from './script-path.ts';

/** The jobs that one entry of `jobs:` makes. */
export interface JobGroup {
  entry: string;
  /** The entry as it is written, with `{name}` in its texts. */
  written: Job;
  /** True where it has a template: its jobs share pipelines, and have their values from tables. */
  isTemplate: boolean;
  /** Keys of its `for:`. */
  variables: readonly string[];
  /** At least one. */
  jobs: readonly ConcreteJob[];
  /** Agent label -> path of the pipeline of the jobs that run there. */
  scripts: ReadonlyMap<string, string>;
}

/** The entries that are no operations, in the order of project.yaml. @param jobs each entry's one after the other */
export function groupJobs(project: Project, jobs: readonly ConcreteJob[]): JobGroup[] {
  const byEntry = new Map<string, ConcreteJob[]>();
  for (const job of jobs) {
    const made = byEntry.get(job.entry);
    if (made) made.push(job);
    else if (operationOf(job) === undefined) byEntry.set(job.entry, [job]);
  }
  return [...byEntry].map(([entry, made]) => {
    const written = project.jobs[entry]!;
    const variables = Object.keys(written.for ?? {});
    const scripts = scriptsOf(entry, holdsVariable(written.agent ?? '', variables), made);
    return { entry, written, isTemplate: written.template !== undefined, variables, jobs: made, scripts };
  });
}

/**
 * One pipeline for all jobs of the entry. Where they run is a part of it that Jenkins reads before the build has any
 * values: where the label differs between them, each label has a pipeline of its own, named after it.
 */
function scriptsOf(entry: string, differ: boolean, jobs: readonly ConcreteJob[]): Map<string, string> {
  if (!differ) return new Map([[jobs[0]!.agent, scriptPathOf(entry)]]);
  const taken = new Set<string>();
  const labels = new Set(jobs.map(({ agent }) => agent));
  return new Map([...labels].map((agent) => [agent, scriptPathOf(entry, agent, taken)]));
}
