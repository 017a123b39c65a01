import { isDead } from '../model/lease.ts';
import { UserError } from '../model/user-error.ts';
import type { DeployLock, LockPlace } from '../ports/lock-place.ts';
import { keepLock } from './keep-lock.ts';
import { DEPLOY_LEASE_MILLISECONDS, hereOf } from './lock-tools.ts';
import type { HeldLock, LockTools } from './lock-tools.ts';

const WAIT_MILLISECONDS = 15 * 60_000;
const POLL_MILLISECONDS = 5_000;
/** A place of many servers shows what it has just made after a moment. */
const SHOWN_MILLISECONDS = 1_000;
const SHOWN_ATTEMPTS = 20;

/**
 * Makes the deploys to a place this run's own: waits for a living holder, and takes over from a dead one, by the next
 * generation. The place makes a generation once, whoever asks at the same time; who then sees another living one gives
 * way, so that of two never both go on.
 * @throws UserError DEPLOY_LOCKED naming the owner, INTERRUPTED, and what the place throws
 */
export async function holdDeployLock(place: LockPlace, tools: LockTools): Promise<HeldLock> {
  const { clock, note, signal, wait = WAIT_MILLISECONDS } = tools;
  const { run } = tools.host.identity();
  const begun = clock.now();
  let told: string | undefined;
  for (;;) {
    if (signal.aborted) throw interrupted(place);
    const locks = await place.list();
    const highest = locks.reduce<DeployLock | undefined>(higher, undefined);
    const living = locks.find((lock) => lock.run !== run && !isDead(lock, hereOf(tools)));
    if (!living) {
      // It was made, and the answer lost.
      const taken = highest?.run === run ? highest : await makeNext(place, highest?.generation ?? 0, tools);
      if (taken) return keepLock(place, taken, tools);
    }
    if (clock.now() - begun >= wait) throw locked(place, living?.owner ?? 'another run');
    if (!living) continue;
    if (told !== living.run) {
      const seconds = Math.ceil((wait - (clock.now() - begun)) / 1_000);
      note(`${place.name}: ${living.owner} deploys; waiting for up to ${seconds} s`);
      told = living.run;
    }
    await clock.sleep(Math.min(POLL_MILLISECONDS, wait), signal).catch(() => undefined);
  }
}

/** @returns undefined where somebody else was quicker: then one looks again */
async function makeNext(place: LockPlace, before: number, tools: LockTools): Promise<DeployLock | undefined> {
  const { host, clock, owner, note } = tools;
  const generation = before + 1;
  const expires = clock.now() + DEPLOY_LEASE_MILLISECONDS;
  const lock: DeployLock = { ...host.identity(), generation, owner, expires };
  if (!(await place.make(lock))) {
    // A place that takes its time to show the winner would be asked without end.
    await clock.sleep(SHOWN_MILLISECONDS, tools.signal).catch(() => undefined);
    return undefined;
  }
  const others = (await listWhenShown(place, lock, tools)).filter((one) => one.generation !== generation);
  const here = hereOf(tools);
  if (others.some((one) => one.run !== lock.run && (one.generation > generation || !isDead(one, here)))) {
    await place.remove(lock);
    // Two who gave way to each other would otherwise meet again and again.
    await clock.sleep(SHOWN_MILLISECONDS * (1 + Math.random()), tools.signal).catch(() => undefined);
    return undefined;
  }
  for (const other of others) {
    note(`${place.name}: the lock of ${other.owner}, who is dead, is taken over`);
    await place.remove(other);
  }
  return lock;
}

function higher(one: DeployLock | undefined, other: DeployLock): DeployLock {
  return one !== undefined && one.generation > other.generation ? one : other;
}

/** What shows the lock just made shows all that was made before it. */
async function listWhenShown(
  place: LockPlace,
  { run }: DeployLock,
  { clock, signal }: LockTools,
): Promise<DeployLock[]> {
  for (let attempt = 1; ; attempt++) {
    const locks = await place.list();
    if (attempt === SHOWN_ATTEMPTS || locks.some((lock) => lock.run === run)) return locks;
    await clock.sleep(SHOWN_MILLISECONDS, signal).catch(() => undefined);
  }
}

function locked(place: LockPlace, owner: string): UserError {
  return new UserError(
    'DEPLOY_LOCKED',
    `${place.name} is locked: ${owner} deploys there; wait for it, or where nobody does any more: \`millrace unlock\``,
  );
}

function interrupted(place: LockPlace): UserError {
  return new UserError('INTERRUPTED', `${place.name}: the wait for another run was interrupted`);
}
