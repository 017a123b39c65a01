import { describe, expect, test } from '@jest/globals';
import { forgiveJenkins } from '../../generator/cli/forgive-jenkins.ts';
import type { Driver, HashedComponent, ProjectSource } from '../../generator/drivers/driver.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Observations, Plan } from '../../generator/plan/plan.ts';

const JOBS = { id: 'jobs:shop', kind: 'jobs', name: 'shop' } as unknown as HashedComponent;

/** What a plan sees of jobs whose driver throws this, and how it judges it with these actions of stack:jenkins. */
async function look(thrown: Error, actions: readonly string[]): Promise<[Observations, unknown]> {
  const driver: Driver = { kind: 'jobs', observe: () => Promise.reject(thrown) };
  const { drivers, judge } = forgiveJenkins(new Map([['jobs', driver]]));
  const seen = await drivers.get('jobs')!.observe([JOBS], {} as ProjectSource);
  const components = actions.map((action) => ({ id: 'stack:jenkins', action }));
  try {
    judge({ components } as unknown as Plan);
    return [seen, undefined];
  } catch (error) {
    return [seen, error];
  }
}

const SILENT = new UserError('JENKINS_UNREACHABLE', 'no task of it runs');

describe('a Jenkins that does not answer', () => {
  test('may be deployed: its jobs are looked at afterwards', async () => {
    const [seen, error] = await look(SILENT, ['deploy']);
    expect(seen.get('jobs:shop')).toEqual({
      state: 'absent',
      why: 'Jenkins does not answer, and is deployed first',
    });
    expect(error).toBeUndefined();
  });

  test.each([[['keep']], [[]]])('ends a plan that does not deploy it (%j)', async (actions) => {
    expect((await look(SILENT, actions))[1]).toBe(SILENT);
  });

  test('is not what every failure means', async () => {
    await expect(look(new UserError('NO_SWARM', 'none'), ['deploy'])).rejects.toMatchObject({
      code: 'NO_SWARM',
    });
    await expect(look(new Error('a bug'), ['deploy'])).rejects.toThrow('a bug');
  });
});
