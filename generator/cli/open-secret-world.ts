import { createClock } from '../adapters/clock.ts';
import { createProcesses } from '../adapters/processes.ts';
import { createRunHost } from '../adapters/run-host.ts';
import { describeThisRun } from '../adapters/this-run.ts';
import { openPlaceLocks } from '../execute/place-locks.ts';
import type { Invocation } from './command.ts';
import { describeOwner } from './describe-owner.ts';
import { listenForEnd } from './listen-for-end.ts';
import { openUnhashedCommit } from './open-unhashed-commit.ts';
import { openClusters } from './open-cluster-drivers.ts';
import { readInput } from './read-input.ts';
import type { SecretWorld } from './secret.ts';

/** The commit that is checked out, and the Swarms of its stacks. */
export async function openSecretWorld(
  invocation: Invocation,
  note: (text: string) => void,
): Promise<SecretWorld> {
  const { env, root } = invocation;
  const { source, opened } = await openUnhashedCommit(invocation);
  const { project } = source;
  const tools = { clock: createClock(), processes: createProcesses(), run: describeThisRun() };
  const { drivers, swarms } = await openClusters({ project, env, note, root, opened, ...tools });
  const ended = listenForEnd(note);
  const stacks = drivers.find(({ kind }) => kind === 'stack');
  return {
    source,
    swarms,
    findLockPlace: async (id) => stacks?.findLockPlace?.(id, { project }),
    locks: openPlaceLocks({
      host: createRunHost(),
      clock: tools.clock,
      owner: describeOwner(env, tools.clock.now()),
      note,
      signal: ended.signal,
    }),
    readInput,
    now: tools.clock.now,
    close: async () => {
      ended.stop();
      await swarms.close();
    },
  };
}
