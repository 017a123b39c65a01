import { jobPath } from '../../drivers/jobs/jenkins-paths.ts';
import { BUILD_FIELDS, isSuccess, readBuild } from '../../drivers/jobs/read-builds.ts';
import type { JenkinsBuild } from '../../drivers/jobs/read-builds.ts';
import { awaitJob, noJenkins, startJob } from '../../drivers/jobs/run-job.ts';
import type { Begun, RunTools } from '../../drivers/jobs/run-job.ts';
import { UserError } from '../../model/user-error.ts';

/** How the job `deliver` ended. */
export interface Delivery {
  build: number;
  result: string;
  /** The commit that it built, where Jenkins says. */
  commit: string | undefined;
}

interface RawJob {
  inQueue?: boolean;
  queueItem?: { id?: number } | null;
  builds?: unknown[];
}

const RECENT = 20;
/** What was under way for other commits before ours had its turn. */
const ROUNDS = 3;

/**
 * Has the trusted branch delivered by Jenkins, once: a build of this commit that went through is enough, one that is under way is
 * waited for, and what failed is built again. A build of another commit is no answer, unless the branch has moved on meanwhile.
 * @throws UserError NO_JENKINS, NO_JOB, and what waiting throws
 */
export async function deliverFirst(project: string, revision: string, tools: RunTools): Promise<Delivery> {
  const job = jobPath(project, 'deliver');
  for (let round = 1; ; round++) {
    const { builds, queued } = await look(job, tools);
    const ours = builds.find(({ commit }) => commit === revision);
    if (ours && isSuccess(ours)) {
      tools.log(`build ${ours.number} has delivered this commit already`);
      return toDelivery(ours);
    }
    const running = builds.find(({ building }) => building);
    const underWay: Begun | undefined = running
      ? { running: running.number }
      : queued === undefined
        ? undefined
        : { queued };
    if (underWay) tools.log('a build is under way already: it is waited for');
    const build = await awaitJob(job, underWay ?? (await startJob(job, tools)), tools);
    // Which commit it was for, nobody knows better than itself.
    const isOurs = !underWay || build.commit === undefined || build.commit === revision;
    if (isOurs || round >= ROUNDS) return toDelivery(build);
  }
}

/** The builds, newest first, and which item of the queue waits to become one. */
async function look(
  job: string,
  { jenkins }: RunTools,
): Promise<{ builds: JenkinsBuild[]; queued?: number | undefined }> {
  const server = await jenkins.find();
  if (!server) throw noJenkins();
  const tree = `inQueue,queueItem[id],builds[${BUILD_FIELDS}]{0,${RECENT}}`;
  const raw = (await server.get(`${job}/api/json?tree=${tree}`)) as RawJob | undefined;
  if (!raw)
    throw new UserError(
      'NO_JOB',
      `Jenkins has no job ${job}, though its seed job went through; is jenkins/jobs.groovy on the branch as \`millrace generate\` writes it?`,
    );
  const builds = (raw.builds ?? []).map(readBuild).filter((build) => build !== undefined);
  return { builds, queued: raw.inQueue === true ? raw.queueItem?.id : undefined };
}

function toDelivery({ number, result, commit }: JenkinsBuild): Delivery {
  return { build: number, result: result ?? 'no result', commit };
}
