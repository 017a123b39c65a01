import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { findJobs } from '../home/run-job.ts';
import { tasksOf } from '../home/scale-service.ts';
import { ownLabels } from '../stack/stack-names.ts';
import { labelQuery } from '../stack/swarm-objects.ts';
import type { SwarmFile, SwarmService } from '../stack/swarm-objects.ts';
import { HANDOVER, handOversAmong } from './hand-over-names.ts';
import { lookForReport, writeReport } from './hand-over-report.ts';
import { findUnreported, isOver } from './job-end.ts';
import { JENKINS_STACK } from '../../model/jenkins/hosting-stack.ts';

/** A secret is made a moment before its job. */
const YOUNG = 10 * 60_000;

/**
 * Takes the jobs of hand-overs away that are over, and the secrets that no job has. How a job ended that could not say it
 * itself is written down first.
 * @returns how many of both
 */
export async function sweepHandOvers(
  engine: Pick<Engine, 'get' | 'post' | 'remove' | 'readLog'>,
  project: string,
  now: number,
): Promise<number> {
  const jobs = await findHandOvers(engine, project);
  for (const report of await findUnreported(engine, jobs, await lookForReport(engine, project), now))
    await writeReport(engine, project, report);
  const alive = new Set<string>();
  let swept = 0;
  for (const { ID, Spec } of jobs) {
    const tasks = await tasksOf(engine, ID);
    if (!isOver(tasks, now)) alive.add(Spec.Name);
    else if (await engine.remove(`/services/${ID}`)) swept++;
  }
  const own = Object.entries(ownLabels(project, JENKINS_STACK)).map(([key, value]) => `${key}=${value}`);
  const secrets = (await engine.get(`/secrets?${labelQuery(...own, HANDOVER)}`)) as SwarmFile[];
  for (const { ID, CreatedAt, Spec } of secrets) {
    const isNew = !jobs.some((job) => job.Spec.Name === Spec.Name) && now - Date.parse(CreatedAt) < YOUNG;
    if (alive.has(Spec.Name) || isNew) continue;
    if (await removeFree(engine, `/secrets/${ID}`)) swept++;
  }
  return swept;
}

/** Sorted by their numbers. */
export async function findHandOvers(engine: Pick<Engine, 'get'>, project: string): Promise<SwarmService[]> {
  return handOversAmong(await findJobs(engine, { project, stack: JENKINS_STACK }), project);
}

/** A task that is going may still have it: then the next one takes it away. */
async function removeFree(engine: Pick<Engine, 'remove'>, path: string): Promise<boolean> {
  try {
    return await engine.remove(path);
  } catch (error) {
    if (error instanceof UserError && error.code === 'ENGINE_REFUSED') return false;
    throw error;
  }
}
