import { UserError } from '../model/user-error.ts';
import type { DeployLock, LockPlace } from '../ports/lock-place.ts';
import { DEPLOY_LEASE_MILLISECONDS } from './lock-tools.ts';
import type { HeldLock, LockTools } from './lock-tools.ts';

const EXTEND_MILLISECONDS = DEPLOY_LEASE_MILLISECONDS / 10;
/** One look may be stale, or show somebody who gives way in the next moment. */
const SECOND_LOOK_MILLISECONDS = 5_000;

/** Extends a lock while this process lives, and watches that it is still this run's. */
export function keepLock(place: LockPlace, made: DeployLock, tools: LockTools): HeldLock {
  const { clock, note } = tools;
  const lost = new AbortController();
  const stop = new AbortController();
  let lock = made;
  const sleep = (milliseconds: number): Promise<void> =>
    clock.sleep(milliseconds, stop.signal).catch(() => undefined);
  const extend = async (): Promise<void> => {
    if (!(await isStillHeld(place, lock)) && (await sleep(SECOND_LOOK_MILLISECONDS), !stop.signal.aborted)) {
      if (!(await isStillHeld(place, lock))) return lost.abort(takenAway(place));
    }
    const extended = { ...lock, expires: clock.now() + DEPLOY_LEASE_MILLISECONDS };
    await place.extend(extended);
    lock = extended;
  };
  const loop = async (): Promise<void> => {
    for (;;) {
      await sleep(EXTEND_MILLISECONDS);
      if (stop.signal.aborted || lost.signal.aborted) return;
      try {
        await extend();
      } catch (error) {
        note(`${place.name}: the deploy lock was not extended: ${messageOf(error)}`);
        if (clock.now() > lock.expires) lost.abort(expired(place));
      }
    }
  };
  const running = loop();
  return {
    signal: lost.signal,
    release: async () => {
      stop.abort();
      await running;
      try {
        // Under the same number somebody else's may stand there by now.
        if ((await place.list()).some((one) => isSame(one, lock))) await place.remove(lock);
      } catch (error) {
        note(
          `${place.name}: the deploy lock was not released: ${messageOf(error)}; the next run takes it over`,
        );
      }
    },
  };
}

async function isStillHeld(place: LockPlace, lock: DeployLock): Promise<boolean> {
  const locks = await place.list();
  const isOver = ({ run, generation }: DeployLock): boolean =>
    run !== lock.run && generation > lock.generation;
  return locks.some((one) => isSame(one, lock)) && !locks.some(isOver);
}

function isSame(one: DeployLock, other: DeployLock): boolean {
  return one.run === other.run && one.generation === other.generation;
}

function takenAway(place: LockPlace): UserError {
  return new UserError(
    'LOCK_LOST',
    `${place.name}: the deploy lock was taken away from this run; see who deploys there, then run it again`,
  );
}

function expired(place: LockPlace): UserError {
  return new UserError(
    'LOCK_LOST',
    `${place.name}: the deploy lock could not be extended in time; look at the network, then run it again`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
