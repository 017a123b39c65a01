import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JenkinsServer } from '../../ports/jenkins.ts';
import { findBuild } from './read-builds.ts';
import type { JenkinsBuild } from './read-builds.ts';

export interface FollowTools {
  server: Pick<JenkinsServer, 'get' | 'readConsole'>;
  clock: Clock;
  /** Ends the waiting; the build goes on. */
  signal: AbortSignal;
  phase: (text: string) => void;
  /** A line of the build's console. */
  log: (line: string) => void;
}

const PAUSE = 2_000;
/** An agent that has just been started takes a while until the controller has it. */
const LONGEST_QUEUE = 20 * 60_000;
/** Jenkins ends builds by itself, later than each pipeline's own limit. */
const LONGEST_BUILD = 6 * 3_600_000;

interface RawItem {
  why?: string | null;
  cancelled?: boolean;
  executable?: { number?: number } | null;
}

/**
 * Waits until an item of the queue has become a build.
 * @returns its number; undefined where the queue does not know the item any more
 * @throws UserError JENKINS_QUEUE where it was taken out of the queue or waits too long; INTERRUPTED
 */
export async function followQueue(item: number, tools: FollowTools): Promise<number | undefined> {
  const { server, clock, phase } = tools;
  const until = clock.now() + LONGEST_QUEUE;
  for (let told = ''; ;) {
    const tree = 'why,cancelled,executable[number]';
    const found = (await server.get(`/queue/item/${item}/api/json?tree=${tree}`)) as RawItem | undefined;
    if (!found) return undefined;
    if (found.executable?.number !== undefined) return found.executable.number;
    if (found.cancelled === true)
      throw new UserError(
        'JENKINS_QUEUE',
        'somebody took the build out of the queue of Jenkins; run it again',
      );
    const why = found.why ?? '';
    if (why !== told) phase(why === '' ? 'waits in the queue' : `waits in the queue: ${why}`);
    told = why;
    if (clock.now() > until)
      throw new UserError(
        'JENKINS_QUEUE',
        `the build has waited ${LONGEST_QUEUE / 60_000} minutes in the queue of Jenkins${why === '' ? '' : ` (${why})`}; are its agents connected? see docs/jenkins.md`,
      );
    await pause(tools);
  }
}

/**
 * Waits until a build has ended, giving out its console meanwhile.
 * @param job its path
 * @returns the build as it ended
 * @throws UserError JENKINS_BUILD where it is gone, or runs too long; INTERRUPTED
 */
export async function followBuild(job: string, number: number, tools: FollowTools): Promise<JenkinsBuild> {
  const { server, clock } = tools;
  const until = clock.now() + LONGEST_BUILD;
  const lines = createLineCutter(tools.log);
  for (let at = 0, isOver = false; ;) {
    if (!isOver) {
      const part = await server.readConsole(`${job}/${number}`, at);
      if (part) {
        lines.write(part.text);
        [at, isOver] = [part.next, part.isOver];
      }
    }
    const build = await findBuild(server, job, number);
    if (!build)
      throw new UserError('JENKINS_BUILD', `build ${number} of ${job} is gone from Jenkins; run it again`);
    if (!build.building && isOver) {
      lines.end();
      return build;
    }
    if (clock.now() > until)
      throw new UserError('JENKINS_BUILD', `build ${number} of ${job} has not ended for hours; look at it`);
    await pause(tools);
  }
}

async function pause({ clock, signal }: FollowTools): Promise<void> {
  try {
    await clock.sleep(PAUSE, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UserError('INTERRUPTED', 'the build goes on in Jenkins; the same command again waits for it');
  }
}

/** Pieces may end in the middle of a line. */
function createLineCutter(log: FollowTools['log']): { write: (text: string) => void; end: () => void } {
  let rest = '';
  return {
    write: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) log(line.replace(/\r$/, ''));
    },
    end: () => {
      if (rest !== '') log(rest);
      rest = '';
    },
  };
}
