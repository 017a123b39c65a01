import { join } from 'node:path';
import type { Driver, HashedComponent, RemovalContext, TaskContext } from '../drivers/driver.ts';
import type { TreeEntry } from '../model/commit-files.ts';
import type { ComponentId } from '../model/component.ts';
import { decideAction } from '../plan/decide-action.ts';
import type { Artifact, Observation, PlannedComponent } from '../plan/plan.ts';
import type { GitRepository } from '../ports/git-repository.ts';
import type { PlaceLocks } from './place-locks.ts';
import type { RunFolders } from './run-folders.ts';
import type { Outcome } from './run-result.ts';

/** What one component's work needs of its run. */
export interface TaskWork {
  driver: Driver;
  /** Undefined for what is removed: the project need not have it any more. */
  component: HashedComponent | undefined;
  planned: PlannedComponent;
  context: Pick<TaskContext, 'source' | 'artifacts' | 'observation' | 'signal'>;
  exportFiles: GitRepository['exportFiles'];
  folders: RunFolders;
  /** Content parents that this run has built. */
  rebuilt: readonly ComponentId[];
  /** The run's deploy locks; where undefined, nobody else deploys. */
  locks?: PlaceLocks;
  /** Judges what was found to run. @throws UserError where this run may not go over it */
  mayReplace?: (id: ComponentId, found: Observation) => Promise<void>;
  /** What stays where something is removed; nothing where undefined. */
  keep?: (id: ComponentId) => RemovalContext['keep'];
}

type Done = { outcome: Outcome; artifact?: Artifact };

/** @throws what the driver throws; the reason of a lost lock */
export async function performTask(work: TaskWork, output: Pick<TaskContext, 'phase' | 'log'>): Promise<Done> {
  const { driver, component, planned, context } = work;
  const task: TaskContext = { ...context, ...output, ...ownFolder(work) };
  if (planned.action === 'build')
    return { outcome: 'built', artifact: await driver.build!(component!, task) };
  const lost = await enterPlace(work, output);
  try {
    if (lost) task.signal = AbortSignal.any([context.signal, lost]);
    // What others did before the lock was ours is seen by now.
    if (lost) task.observation = await observeAnew(work);
    if (planned.action === 'remove') {
      await driver.remove!(planned.id, { ...task, keep: work.keep?.(planned.id) ?? new Set() });
      return { outcome: 'removed' };
    }
    if (lost && isDone(work, task.observation)) {
      output.log('what runs is what is to be deployed: it is kept');
      return { outcome: 'kept' };
    }
    await driver.deploy!(component!, task);
    return { outcome: 'deployed' };
  } catch (error) {
    if (lost?.aborted && !context.signal.aborted) throw lost.reason;
    throw error;
  }
}

/** @returns fires when the place is no longer this run's; undefined where none is held apart */
async function enterPlace(
  { driver, planned: { id, kind }, context, locks }: TaskWork,
  { phase }: Pick<TaskContext, 'phase'>,
): Promise<AbortSignal | undefined> {
  const place = locks && (await driver.findLockPlace?.(id, context.source));
  if (!place) return undefined;
  phase('taking the deploy lock');
  return locks.hold(place, kind);
}

async function observeAnew({
  driver,
  component,
  planned: { id },
  context,
  mayReplace,
}: TaskWork): Promise<Observation> {
  const seen = await driver.observe(component ? [component] : [], context.source);
  const found = seen.get(id) ?? { state: 'absent' };
  await mayReplace?.(id, found);
  return found;
}

function isDone({ component, planned, rebuilt }: TaskWork, observation: Observation): boolean {
  const situation = { component: component!, hash: planned.hash!, observation, changes: [], rebuilt };
  return decideAction(situation).action === 'keep';
}

function ownFolder({ planned, exportFiles, folders }: TaskWork): Pick<TaskContext, 'folder' | 'exportFiles'> {
  const folder = folders.makeTaskFolder(planned.id);
  return {
    folder,
    exportFiles: async (name: string, entries: readonly TreeEntry[]) => {
      const target = join(folder, name);
      await exportFiles(entries, target);
      return target;
    },
  };
}
