import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCli } from './cli-run.ts';

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
 * tasks of Ansible and of Packer, which are swept elsewhere (infrastructure-failures, apply-ami-killed), and not how far a
 * stack's services are.
 */
export function boundariesOf(said: string): string[] {
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
