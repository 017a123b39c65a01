import { UserError } from '../../model/user-error.ts';
import { removeUnused } from '../stack/remove-unused.ts';
import { isAlive } from '../stack/one-shot.ts';
import { JOB, ownLabels } from '../stack/stack-names.ts';
import { labelQuery } from '../stack/swarm-objects.ts';
import type { SwarmFile } from '../stack/swarm-objects.ts';
import { dropNote, findNotes } from './home-note.ts';
import type { HomeNote } from './home-note.ts';
import { resumeJenkins } from './quiet-jenkins.ts';
import { findJobs } from './run-job.ts';
import { tasksOf } from './scale-service.ts';
import { endHomeJobs, jobName, runHomeJob } from './swap-work.ts';
import type { SwapWork } from './swap-work.ts';

/** So old is nothing that somebody still waits for while we hold the lock. */
const YOUNG = 10 * 60_000;
/** A node that is away runs no job; its archive goes with a later run. */
const PATIENCE = 2 * 60_000;
const POLL = 300;
const LOOKS = 10;

/**
 * Ends what killed backups and restores have left: a quiet Jenkins, an archive with all of its secrets on the data volume, jobs,
 * and secrets of jobs with AWS credentials. What cannot be ended now is left to the next one; that is no failure. Who calls this
 * holds the deploy lock and has none of that at work.
 */
export async function sweepHome(work: SwapWork): Promise<void> {
  try {
    const notes = await findNotes(work);
    if (notes.length > 0) await endHomeJobs(work);
    for (const note of notes) await endRun(note, work);
    // Of a run that left a note nobody waits for anything any more.
    await sweepJobs(work, notes.length > 0 ? 0 : YOUNG);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    work.task.log(`what an earlier run left beside JENKINS_HOME stays for now: ${error.message}`);
  }
}

async function endRun({ what, time, id, home, image }: HomeNote, work: SwapWork): Promise<void> {
  work.task.log(`the ${what} of ${time} did not end: what it left is taken away`);
  const resumed = await resumeJenkins(work.tools.jenkinses);
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    const signal = AbortSignal.any([work.task.signal, limit]);
    await runHomeJob('forget', { home, snapshot: id, image }, work, signal);
  } catch (error) {
    if (!(error instanceof UserError) && !limit.aborted) throw error;
    return work.task.log('its node does not take the archive away now; the next run tries again');
  }
  if (resumed) await dropNote(work, id);
}

/** Jobs that are over or older than this, and the secrets of such. */
async function sweepJobs({ engine, project, stack, tools: { clock } }: SwapWork, age: number): Promise<void> {
  const prefixes = ['home-', 's3-', 'pull-'].map((word) => jobName(project, stack, word));
  const isOurs = ({ Spec }: Pick<SwarmFile, 'Spec'>): boolean =>
    prefixes.some((prefix) => Spec.Name.startsWith(prefix));
  const isOld = ({ CreatedAt = '' }: { CreatedAt?: string }): boolean =>
    clock.now() - Date.parse(CreatedAt) >= age;
  const kept = new Set<string>();
  for (const job of (await findJobs(engine, { project, stack })).filter(isOurs)) {
    const tasks = await tasksOf(engine, job.ID);
    const isOver = tasks.length > 0 && !tasks.some(isAlive);
    if (isOver || isOld(job)) await engine.remove(`/services/${job.ID}`);
    else kept.add(job.Spec.Name);
  }
  const own = Object.entries(ownLabels(project, stack)).map(([key, value]) => `${key}=${value}`);
  const secrets = (await engine.get(`/secrets?${labelQuery(...own, JOB)}`)) as SwarmFile[];
  for (const secret of secrets.filter(isOurs)) {
    if (kept.has(secret.Spec.Name) || !isOld(secret)) continue;
    // The Swarm gives it free a moment after the job's service.
    for (let look = 1; look <= LOOKS; look++) {
      if (await removeUnused(engine, `/secrets/${secret.ID}`)) break;
      await clock.sleep(POLL);
    }
  }
}
