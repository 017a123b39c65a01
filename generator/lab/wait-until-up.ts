import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { UserError } from '../model/user-error.ts';
import { isRunning } from './own-process.ts';
import type { OwnProcess } from './own-process.ts';

/**
 * Waits until a server answers.
 * @throws UserError LAB_PART with the last line of its log where it ends or takes longer than a minute
 */
export async function waitUntilUp(
  name: string,
  server: OwnProcess,
  log: string,
  answers: () => Promise<boolean>,
): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await answers().catch(() => false)) return;
    if (!isRunning(server)) throw failure(name, 'ended', log);
    await sleep(100);
  }
  throw failure(name, 'does not answer', log);
}

function failure(name: string, what: string, log: string): UserError {
  const last = readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  return new UserError('LAB_PART', `the lab's ${name} ${what}: ${last.slice(0, 300) || 'it said nothing'}`);
}
