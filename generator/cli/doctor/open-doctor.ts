import { lookup } from 'node:dns/promises';
import { createClock } from '../../adapters/clock.ts';
import { createProcesses } from '../../adapters/processes.ts';
import { describeThisRun } from '../../adapters/this-run.ts';
import { probeUrl } from '../../adapters/engine/probe-url.ts';
import { workTreeFiles } from '../../adapters/work-tree-files.ts';
import { openGitRepository } from '../../adapters/git/git-repository.ts';
import { loadProject } from '../../load/load-project.ts';
import { readLock } from '../../load/read-lock.ts';
import type { Lock } from '../../model/lock.ts';
import { UserError } from '../../model/user-error.ts';
import type { Swarms } from '../../ports/engine.ts';
import type { Invocation } from '../command.ts';
import { loadCommit } from '../load-commit.ts';
import { findLockPlace, readLockAt } from '../lock-place.ts';
import { requireLoaded } from '../open-project.ts';
import { readVersion } from '../read-version.ts';
import type { DoctorContext } from './context.ts';

export interface OpenedDoctor {
  context: DoctorContext;
  /** Ends what still runs, and closes every connection. */
  close: () => Promise<void>;
}

const ATTEMPTS = 1;

/** Without a repository there are no others than the committed ones. */
function readPins(invocation: Pick<Invocation, 'root' | 'env'>, project: string, committed: Lock): Lock {
  try {
    return readLockAt(findLockPlace(invocation, project), committed);
  } catch (error) {
    if (error instanceof UserError && error.code === 'NO_REPOSITORY') return committed;
    throw error;
  }
}

/**
 * The project of the work tree: git itself may be what is missing.
 * @throws UserError INVALID_PROJECT
 */
export function openDoctor({ root, env }: Pick<Invocation, 'root' | 'env'>): OpenedDoctor {
  const files = workTreeFiles(root);
  const result = loadProject(files);
  const { project, graph } = requireLoaded(result);
  const end = new AbortController();
  const [processes, clock] = [createProcesses(), createClock()];
  let swarms: Promise<Swarms> | undefined;
  const openSwarms = async (): Promise<Swarms> => {
    const { openClusters } = await import('../open-cluster-drivers.ts');
    const repository = openGitRepository(root);
    const loadAt = async (revision: string) => ({
      source: loadCommit(await repository.readCommit(revision), { root, env }),
      hashes: new Map(),
    });
    const opened = { repository, loadAt, load: () => loadAt('HEAD') };
    const tools = { clock, processes, run: describeThisRun() };
    const settings = { project, env, note: () => undefined, root, opened, ...tools };
    return (await openClusters(settings)).swarms;
  };
  return {
    context: {
      project,
      graph,
      lock: readPins({ root, env }, project.project, readLock(files)),
      files,
      warnings: result.warnings,
      root,
      env,
      version: readVersion(),
      run: (command) => processes.run(command, { signal: end.signal, graceSeconds: 1 }),
      swarms: () => (swarms ??= openSwarms()),
      account: async () => {
        const { createAwsClients } = await import('../../adapters/ec2/aws-clients.ts');
        return createAwsClients(project.aws!.region, ATTEMPTS).account();
      },
      probe: (url) => probeUrl(url, end.signal),
      resolves: (host) =>
        lookup(host).then(
          () => true,
          () => false,
        ),
      now: clock.now,
    },
    close: async () => {
      end.abort();
      const open = await swarms?.catch(() => undefined);
      await open?.close();
    },
  };
}
