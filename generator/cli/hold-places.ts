import { openPlaceLocks } from '../execute/place-locks.ts';
import type { Invocation } from './command.ts';
import { describeOwner } from './describe-owner.ts';
import type { PlacesToPrune } from './places-to-prune.ts';

interface Request {
  env: Invocation['env'];
  note: (text: string) => void;
  signal: AbortSignal;
  /** False where nothing is changed. */
  isNeeded: boolean;
}

/** Nobody deploys to any of the places until `release`: what runs stays what it is while it is decided what goes. */
export async function holdPlaces(
  { host, clock, findLockPlaces }: Pick<PlacesToPrune, 'host' | 'clock' | 'findLockPlaces'>,
  { env, note, signal, isNeeded }: Request,
): Promise<{ signal: AbortSignal; release: () => Promise<void> }> {
  if (!isNeeded) return { signal, release: () => Promise.resolve() };
  const locks = openPlaceLocks({ host, clock, owner: describeOwner(env, clock.now()), note, signal });
  try {
    // One after the other, always in the same order: two who wait for each other never both do.
    const places = (await findLockPlaces()).sort((a, b) => (a.name < b.name ? -1 : 1));
    const lost: AbortSignal[] = [];
    for (const place of places) lost.push(await locks.hold(place, 'prune'));
    return { signal: AbortSignal.any([signal, ...lost]), release: () => locks.releaseAll() };
  } catch (error) {
    await locks.releaseAll();
    throw error;
  }
}
