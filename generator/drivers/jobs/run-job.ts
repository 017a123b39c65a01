import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Jenkinses } from '../../ports/jenkins.ts';
import { followBuild, followQueue } from './follow-build.ts';
import type { FollowTools } from './follow-build.ts';
import { readBuild } from './read-builds.ts';
import { readConsoleLine } from './read-console-line.ts';
import type { JenkinsBuild } from './read-builds.ts';
import { createSteadyServer } from './steady-server.ts';

export interface RunTools extends Omit<FollowTools, 'server'> {
  jenkins: Jenkinses;
  clock: Clock;
}

/** What there is to wait for. */
export type Begun = { queued: number } | { running: number };

/**
 * Starts a job. Jenkins makes one of two that wait for the same.
 * @param job its path
 * @throws UserError NO_JENKINS, NO_JOB
 */
export async function startJob(job: string, { jenkins }: Pick<RunTools, 'jenkins'>): Promise<Begun> {
  const server = await jenkins.find();
  if (!server) throw noJenkins();
  const { status, location = '' } = await server.post(`${job}/build?delay=0sec`);
  if (status === 404)
    throw new UserError(
      'NO_JOB',
      `Jenkins has no job ${job}, or its user millrace may not build it; deploy stack:jenkins again`,
    );
  const item = /\/queue\/item\/([0-9]+)/.exec(location)?.[1];
  if (item === undefined)
    throw new UserError(
      'JENKINS_REFUSED',
      `Jenkins was expected to say where the build of ${job} waits, found ${status} with the location ${JSON.stringify(location)}`,
    );
  return { queued: Number(item) };
}

/** Waits for a build of a job. @throws what followQueue and followBuild throw */
export async function awaitJob(job: string, begun: Begun, tools: RunTools): Promise<JenkinsBuild> {
  const follow = { ...tools, server: createSteadyServer(tools.jenkins, tools) };
  let number: number | undefined;
  if ('running' in begun) number = begun.running;
  else {
    tools.phase('waits in the queue');
    number = await followQueue(begun.queued, follow);
    // It was a build long enough ago for the queue to have forgotten it.
    number ??= await lastBuildOf(job, follow);
  }
  tools.phase(`build ${number}`);
  return followBuild(job, number, { ...follow, log: (line) => tell(readConsoleLine(line), tools) });
}

function tell(line: ReturnType<typeof readConsoleLine>, { phase, log }: RunTools): void {
  if (!line) return;
  if ('stage' in line) phase(line.stage);
  else log(line.text);
}

async function lastBuildOf(job: string, { server }: FollowTools): Promise<number> {
  const found = (await server.get(`${job}/api/json?tree=lastBuild[number,building]`)) as
    { lastBuild?: unknown } | undefined;
  const last = readBuild(found?.lastBuild);
  if (last) return last.number;
  throw new UserError('JENKINS_BUILD', `the build of ${job} is gone from Jenkins' queue; run it again`);
}

export function noJenkins(): UserError {
  return new UserError('NO_JENKINS', 'there is no controller of Jenkins yet; deploy stack:jenkins first');
}
