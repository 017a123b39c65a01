import { LEASE_MILLISECONDS } from '../../model/lease.ts';
import { TAG } from './tags.ts';
import { expiryTag } from './lease.ts';
import type { AmiTools } from './ami-tools.ts';
import type { Ended } from './sweep.ts';

export interface HeldLease {
  /** Extends it now. */
  extend: () => Promise<void>;
  /** Ends the extending. */
  release: () => Promise<void>;
}

/** Extends the expiry of all that a bake has, every few minutes, until it is released. */
export function holdLease(tools: AmiTools, bake: Ended, log: (line: string) => void): HeldLease {
  const stop = new AbortController();
  const extend = async (): Promise<void> => {
    const held = (await tools.images.findRunResources()).filter(
      ({ tags }) => tags[TAG.run] === bake.run && tags[TAG.hash] === bake.hash,
    );
    const existing = await tools.images.findExisting(held);
    const ids = existing.map(({ id }) => id);
    if (ids.length > 0) await tools.images.change.tag(ids, expiryTag(tools.clock.now()));
  };
  // A failure is no reason to give a bake up: there are five more tries before the lease expires.
  const tryToExtend = (): Promise<void> =>
    extend().catch((error: unknown) => log(`the lease was not extended: ${String(error)}`));
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await tools.clock.sleep(LEASE_MILLISECONDS / 6, stop.signal).catch(() => undefined);
      if (!stop.signal.aborted) await tryToExtend();
    }
  };
  const running = loop();
  return {
    extend: tryToExtend,
    release: () => {
      stop.abort();
      return running;
    },
  };
}
