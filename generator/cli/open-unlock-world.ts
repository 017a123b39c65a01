import type { Invocation } from './command.ts';
import { openDestroyWorld } from './open-destroy-world.ts';
import type { UnlockWorld } from './unlock.ts';

/** The same world that `destroy` works in: no hash is asked for. */
export async function openUnlockWorld(
  invocation: Invocation,
  note: (text: string) => void,
): Promise<UnlockWorld> {
  const { source, drivers, account, ask, host, clock } = await openDestroyWorld(invocation, note);
  const { boot, host: machine } = host.identity();
  return {
    project: source.project,
    ids: [...source.graph.keys()].filter((id) => /^(?:infrastructure|stack):/.test(id)),
    drivers,
    account,
    ask,
    here: () => ({
      boot,
      now: clock.now(),
      isAlive: host.isAlive,
      ...(machine === undefined ? {} : { host: machine }),
    }),
  };
}
