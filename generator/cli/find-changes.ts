import { diffFiles } from '../hash/diff-inputs.ts';
import type { ComponentId } from '../model/component.ts';
import type { InputChange } from '../model/input-change.ts';
import { UserError } from '../model/user-error.ts';
import type { Observations } from '../plan/plan.ts';
import { lastStateOf } from './last-state.ts';
import type { CommitSummary } from './memo-summary.ts';
import type { LoadedCommit, OpenedCommit } from './open-commit.ts';

/** Each costs a reading of a whole commit; what was made at more of them keeps the reason without the files. */
const MAX_REVISIONS = 20;

/**
 * How the inputs of what is to be made anew differ from those of what exists, computed from the commits that that was
 * made from. A component whose former commit is not to be had, or cannot be hashed, is left out.
 */
export async function findChanges(
  observations: Observations,
  { summary, load, loadAt }: Pick<OpenedCommit, 'summary' | 'load' | 'loadAt'>,
): Promise<Map<ComponentId, InputChange[]>> {
  const changes = new Map<ComponentId, InputChange[]>();
  for (const [revision, ids] of groupByRevision(observations, summary.hashes)) {
    const now = await load();
    const former = await loadFormer(revision, loadAt);
    if (!former) continue;
    for (const id of ids) {
      const [before, after] = [former.hashes.get(id), now.hashes.get(id)!];
      if (!before) continue;
      const last = lastStateOf(observations.get(id), after.hash);
      // Its inputs of then are not those that are computed for that commit today: they would name a wrong cause.
      const isOther = last?.hash !== null && last?.hash !== before.hash;
      const different = isOther
        ? before.inputs
            .filter(({ type }) => type === 'schema')
            .map(({ type, name, value }) => ({ type, name, after: value }))
        : diffFiles({ ...before, files: former.source.files }, { ...after, files: now.source.files });
      if (different.length > 0) changes.set(id, different);
    }
  }
  return changes;
}

/** Components by the commit of what exists of them; the commits of most of them first. */
function groupByRevision(
  observations: Observations,
  hashes: CommitSummary['hashes'],
): [string, ComponentId[]][] {
  const groups = new Map<string, ComponentId[]>();
  for (const [id, observation] of observations) {
    const hash = hashes.get(id)?.hash;
    const last = hash === undefined ? undefined : lastStateOf(observation, hash);
    if (last?.revision === undefined || last.hash === hash) continue;
    const group = groups.get(last.revision);
    if (group) group.push(id);
    else groups.set(last.revision, [id]);
  }
  const sorted = [...groups].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  return sorted.slice(0, MAX_REVISIONS);
}

async function loadFormer(
  revision: string,
  loadAt: OpenedCommit['loadAt'],
): Promise<LoadedCommit | undefined> {
  try {
    return await loadAt(revision);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}
