import type { ComponentId } from '../../model/component.ts';
import { shorten } from '../../model/shorten.ts';
import type { Engine } from '../../ports/engine.ts';
import { tasksOf } from '../home/scale-service.ts';
import { isAlive } from '../stack/one-shot.ts';
import type { SwarmService, SwarmTask } from '../stack/swarm-objects.ts';
import type { HandOverReport } from './hand-over-report.ts';

/** Between a task that failed and the one that follows it there may be none for a moment. */
const PAUSE = 30_000;
const LINES = 20;

/** Whether a job has done its work, or is not tried again. Without tasks it was made just now. */
export function isOver(tasks: readonly SwarmTask[], now: number): boolean {
  // A task of a node that was lost is told as running long after another one has done it.
  if (tasks.some(isDone)) return true;
  if (tasks.length === 0 || tasks.some(isAlive)) return false;
  return !tasks.some(({ Status }) => now - Date.parse(Status.Timestamp) < PAUSE);
}

/**
 * What is to be told of jobs that ended before they could tell it themselves: without git, without a start, without an image. After
 * one that did its work, what failed before is no news.
 * @param jobs hand-overs, sorted by their numbers
 * @param report the one that there is
 */
export async function findUnreported(
  engine: Pick<Engine, 'get' | 'readLog'>,
  jobs: readonly SwarmService[],
  report: HandOverReport | undefined,
  now: number,
): Promise<HandOverReport[]> {
  let found: HandOverReport[] = [];
  for (const job of jobs) {
    const tasks = await tasksOf(engine, job.ID);
    if (tasks.some(isDone)) found = [];
    else if (isOver(tasks, now) && !isTold(job, report)) found.push(await reportFor(engine, job, tasks));
  }
  return found;
}

function isDone({ Status }: SwarmTask): boolean {
  return Status.State === 'complete';
}

function isTold(job: SwarmService, report: HandOverReport | undefined): boolean {
  if (report?.revision !== readWords(job).revision) return false;
  return !(Date.parse(report.time) < Date.parse(job.CreatedAt ?? ''));
}

async function reportFor(
  engine: Pick<Engine, 'readLog'>,
  job: SwarmService,
  tasks: readonly SwarmTask[],
): Promise<HandOverReport> {
  const [last] = [...tasks].sort((a, b) => (a.Status.Timestamp < b.Status.Timestamp ? 1 : -1));
  const { Timestamp: time, Err, Message, State } = last!.Status;
  const said = await engine.readLog(`/tasks/${last!.ID}/logs`, LINES);
  const lines = said.map((line) => shorten(line.trim(), 300)).filter((line) => line !== '');
  const end = shorten((Err ?? Message ?? State).replace(/\s+/g, ' ').trim(), 120);
  const words = lines.length === 0 ? '' : `, its last words: ${shorten(lines.at(-1)!, 120)}`;
  const reason = `the job ${job.Spec.Name} ended without a report: ${end}${words}`;
  return { version: 1, time, ...readWords(job), outcome: 'failed', reason, lines };
}

/** What it was handed, by the words that it was started with. */
function readWords({ Spec }: SwarmService): Pick<HandOverReport, 'revision' | 'components'> {
  const words = Spec.TaskTemplate.ContainerSpec?.Args ?? [];
  const [rev, only] = [words.indexOf('--rev'), words.indexOf('--only')];
  return {
    revision: rev === -1 ? null : (words[rev + 1] ?? null),
    components: only === -1 ? [] : (words.slice(only + 1) as ComponentId[]),
  };
}
