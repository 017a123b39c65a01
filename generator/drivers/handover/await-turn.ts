import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Jenkinses } from '../../ports/jenkins.ts';
import { tasksOf } from '../home/scale-service.ts';
import { numberOf } from './hand-over-names.ts';
import { isOver } from './job-end.ts';
import { findHandOvers } from './sweep-hand-overs.ts';

export interface Turn {
  engine: Pick<Engine, 'get'>;
  jenkinses: Pick<Jenkinses, 'find'>;
  clock: Clock;
  signal: AbortSignal;
  log: (line: string) => void;
  project: string;
  /** Of the own job. */
  name: string;
  /** Path of the build that handed over; empty where none is known. */
  build: string;
}

const POLL = 3_000;
const LIMIT = 3 * 3_600_000;

/**
 * Waits for those who handed over before, in the order of the plan, and until the build that handed over is over: a pipeline
 * that is told to be quiet would never end.
 */
export async function awaitTurn(turn: Turn): Promise<void> {
  await waitWhile(turn, 'an earlier hand-over', async ({ engine, project, name, clock }) => {
    const number = numberOf(project, name) ?? Number.POSITIVE_INFINITY;
    for (const { ID, Spec } of await findHandOvers(engine, project))
      if (numberOf(project, Spec.Name)! < number && !isOver(await tasksOf(engine, ID), clock.now()))
        return true;
    return false;
  });
  if (turn.build === '') return;
  await waitWhile(turn, `the build ${turn.build}`, async ({ jenkinses, build }) => {
    const answer = (await (await jenkinses.find())?.get(`${build}/api/json?tree=building`)) as
      { building?: boolean } | undefined;
    return answer?.building === true;
  });
}

/** A Jenkins that does not answer is waited for no longer: it may be what is to be mended. */
async function waitWhile(turn: Turn, what: string, isBusy: (turn: Turn) => Promise<boolean>): Promise<void> {
  const end = turn.clock.now() + LIMIT;
  let told = false;
  try {
    while (await isBusy(turn)) {
      if (!told) turn.log(`waiting for ${what}`);
      told = true;
      if (turn.clock.now() > end) return turn.log(`${what} is not over after 3 hours: going on`);
      await turn.clock.sleep(POLL, turn.signal);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    turn.log(`${what} is not waited for: ${error.message}`);
  }
}
