import type { Running } from '../../plan/plan.ts';
import type { JenkinsServer } from '../../ports/jenkins.ts';
import { jobPath } from './jenkins-paths.ts';
import { BUILD_FIELDS, isSuccess, readBuild } from './read-builds.ts';
import type { JenkinsBuild } from './read-builds.ts';

/** What the seed job says of itself. */
export interface SeedState {
  /** Of its last run that went through: what its jobs were made from. */
  hash: string | null;
  successful?: JenkinsBuild;
  completed?: JenkinsBuild;
  /** Which of its builds runs. */
  running?: number;
  /** Which item of the queue waits to become a build of it. */
  queued?: number;
}

interface RawJob {
  inQueue?: boolean;
  queueItem?: { id?: number } | null;
  lastBuild?: unknown;
  lastCompletedBuild?: unknown;
  lastSuccessfulBuild?: unknown;
}

const TREE = [
  'inQueue',
  'queueItem[id]',
  'lastBuild[number,building]',
  'lastCompletedBuild[number,result]',
  `lastSuccessfulBuild[${BUILD_FIELDS}]`,
].join(',');

/** @returns undefined where there is no seed job */
export async function lookAtSeed(
  { get }: Pick<JenkinsServer, 'get'>,
  project: string,
): Promise<SeedState | undefined> {
  const raw = (await get(`${jobPath(project, 'seed')}/api/json?tree=${TREE}`)) as RawJob | undefined;
  if (!raw) return undefined;
  const last = readBuild(raw.lastBuild);
  const successful = readBuild(raw.lastSuccessfulBuild);
  const completed = readBuild(raw.lastCompletedBuild);
  const queued = raw.inQueue === true ? raw.queueItem?.id : undefined;
  return {
    hash: hashOf(successful),
    ...(successful ? { successful } : {}),
    ...(completed ? { completed } : {}),
    ...(last?.building === true ? { running: last.number } : {}),
    ...(queued === undefined ? {} : { queued }),
  };
}

/** The seed job writes it as its last step (jenkins/seed.Jenkinsfile). */
export function hashOf(build: JenkinsBuild | undefined): string | null {
  return /\b[0-9a-f]{64}\b/.exec(build?.description ?? '')?.[0] ?? null;
}

/** Whether it has yet to end what was begun, or was not ended well. */
export function isPending({ completed, running, queued }: SeedState): boolean {
  return running !== undefined || queued !== undefined || (completed !== undefined && !isSuccess(completed));
}

/** @returns undefined where it never ran: no jobs were made */
export function describeSeed(state: SeedState): Running | undefined {
  const { successful, completed, running } = state;
  if (!successful && !completed && running === undefined) return undefined;
  const failed =
    completed && !isSuccess(completed) ? `build ${completed.number}: ${completed.result ?? 'no result'}` : '';
  const now = running === undefined ? failed : `build ${running} runs`;
  const time = successful?.timestamp;
  return {
    state: 'running',
    hash: state.hash,
    pending: isPending(state),
    drift: [],
    ...(successful?.commit === undefined ? {} : { revision: successful.commit }),
    ...(time === undefined ? {} : { deployed: new Date(time).toISOString() }),
    parts: [
      { name: 'seed job', state: now === '' ? `build ${successful!.number}: ${successful!.result}` : now },
    ],
  };
}
