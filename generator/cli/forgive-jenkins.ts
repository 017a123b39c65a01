import type { Driver } from '../drivers/driver.ts';
import { UserError } from '../model/user-error.ts';
import type { Plan } from '../plan/plan.ts';
import type { Drivers } from './open-world.ts';

/**
 * Looks at the jobs in a way that a Jenkins which does not answer need not end the plan: an apply that is to mend it could not
 * be made else.
 */
export interface ForgivenJenkins {
  drivers: Drivers;
  /** @throws UserError what looking at the jobs ended with, unless the plan deploys Jenkins: then they are looked at once more */
  judge: (plan: Pick<Plan, 'components'>) => void;
}

export function forgiveJenkins(drivers: Drivers): ForgivenJenkins {
  const jobs = drivers.get('jobs');
  if (!jobs) return { drivers, judge: () => undefined };
  const failures: UserError[] = [];
  const forgiving: Driver = {
    ...jobs,
    observe: (components, source) =>
      jobs.observe(components, source).catch((error: unknown) => {
        if (!(error instanceof UserError) || !FORGIVEN.includes(error.code)) throw error;
        failures.push(error);
        const found = { state: 'absent', why: 'Jenkins does not answer, and is deployed first' } as const;
        return new Map(components.map(({ id }) => [id, found]));
      }),
  };
  return {
    drivers: new Map([...drivers, ['jobs', forgiving]]),
    judge: ({ components }) => {
      const [failure] = failures;
      const isDeployed = components.some(({ id, action }) => id === 'stack:jenkins' && action === 'deploy');
      if (failure && !isDeployed) throw failure;
    },
  };
}

const FORGIVEN: readonly string[] = ['JENKINS_UNREACHABLE', 'JENKINS_DENIED'];
