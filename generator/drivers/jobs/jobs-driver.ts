import type { Observation } from '../../plan/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Jenkinses } from '../../ports/jenkins.ts';
import type { Driver } from '../driver.ts';
import { deployJobs } from './deploy-jobs.ts';
import { describeSeed, lookAtSeed } from './look-at-seed.ts';

export interface JobsTools {
  /** The Jenkins of the project's stack `jenkins`. */
  jenkins: Jenkinses;
  clock: Clock;
}

/**
 * The jobs of a Jenkins that the project deploys itself. Its seed job makes them and says, as the last thing of all, from which
 * files: so what is asked of Jenkins is true, and nothing is kept elsewhere. Nothing of them is left when Jenkins goes.
 */
export function createJobsDriver(tools: JobsTools): Driver {
  return {
    kind: 'jobs',
    observe: async (components, { project: { project } }) => {
      if (components.length === 0) return new Map();
      const found = await observe(tools, project);
      return new Map(components.map(({ id }) => [id, found]));
    },
    deploy: (component, task) => deployJobs(component, task, tools),
  };
}

async function observe({ jenkins }: JobsTools, project: string): Promise<Observation> {
  const server = await jenkins.find();
  if (!server) return { state: 'absent', why: 'host absent' };
  const seed = await lookAtSeed(server, project);
  return (seed && describeSeed(seed)) ?? { state: 'absent', why: 'the seed job never ran' };
}
