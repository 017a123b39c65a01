import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCli } from './cli-run.ts';
import { expectFine, killAfter } from './cluster-world.ts';

/** Kills a run at each boundary in turn, until one comes to its end. @returns the boundaries, as they were met */
export async function killAtBoundaries(start: () => RunningCli): Promise<string[]> {
  const killed = new Set<string>();
  for (;;) {
    const run = start();
    const found = await untilNew(run, killed);
    if (found === undefined) {
      expectFine(await run.ended);
      return [...killed];
    }
    await killAfter(run, 0);
    killed.add(found);
  }
}

/**
 * Kills so many runs at random instants; one that came to its end does not count.
 * @param onEnd has something to do again for those that follow one that came to its end
 */
export async function killAtRandom(
  kills: number,
  start: () => RunningCli,
  onEnd: () => Promise<void>,
): Promise<void> {
  const reached = new Set<string>();
  for (let killed = 0; killed < kills;) {
    const run = start();
    // Every other run is to get farther than all before it, however slow the machine is.
    if (killed % 2 === 1) await untilNew(run, reached);
    if (await killAfter(run, randomInt(1_000, LATEST_MILLISECONDS))) {
      killed++;
      for (const one of boundariesOf(run.said())) reached.add(one);
    } else {
      await onEnd();
      reached.clear();
    }
  }
}

const LATEST_MILLISECONDS = 60_000;

/**
 * Waits until a run is at the boundary of a step that is not known.
 * @returns undefined where it ended before
 */
export async function untilNew(run: RunningCli, known: ReadonlySet<string>): Promise<string | undefined> {
  let isOver = false;
  void run.ended.then(() => (isOver = true));
  for (; ; await sleep(50)) {
    const found = boundariesOf(run.said()).find((one) => !known.has(one));
    if (found !== undefined || isOver) return found;
  }
}

/**
 * Where a component is begun, goes over to its next phase, or is done; without numbers, which differ from run to run. Not the
 * tasks of Ansible and of Packer, which are swept elsewhere (playbooks.soak, apply-ami-killed), and not how far a
 * stack's services are.
 */
function boundariesOf(said: string): string[] {
  return said.split('\n').flatMap((line) => {
    const [step] = /^bootstrap \d\/4/.exec(line) ?? [];
    if (step !== undefined) return [step];
    const [, id = '', text = ''] = /^(\[[a-z]+:[^\]]+\]) (.*)$/.exec(line) ?? [];
    if (/^(?:build|deploy|deliver)$/.test(text)) return [`${id} ${text}`];
    const [, outcome] = /^([a-z]+(?: [a-z]+)*) \([0-9].*\)$/.exec(text) ?? [];
    if (outcome !== undefined) return [`${id} ${outcome}`];
    const isPhase = text.startsWith('> ') && !/^\[(?:ami|infrastructure):/.test(id);
    return isPhase && !text.startsWith('> waiting for') ? [`${id} ${text.replace(/\d+/g, 'N')}`] : [];
  });
}
