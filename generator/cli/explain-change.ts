import type { ProjectSource } from '../drivers/driver.ts';
import { diffFiles } from '../hash/diff-inputs.ts';
import type { ComponentId } from '../model/component.ts';
import type { ComponentHash } from '../model/component-hash.ts';
import type { InputChange } from '../model/input-change.ts';
import { UserError } from '../model/user-error.ts';
import type { OpenedCommit } from './open-commit.ts';

/** What exists or runs of a component, as its place tells of it. */
export interface LastState {
  /** Its source hash; null where it carries none. */
  hash: string | null;
  /** The commit that it was made from, where that was recorded. */
  revision?: string;
}

/** Why a component is to be made anew, or that it is not. */
export interface Explanation {
  hash: string;
  last: LastState | null;
  changes: InputChange[];
  /** Why the changes could not be told, or what else is to be known of them; one line each. */
  notes: string[];
}

/** Compares a component with what exists, by computing the inputs of the commit that that was made from. */
export async function explainChange(
  id: ComponentId,
  now: Pick<OpenedCommit, 'loadAt'> & { source: ProjectSource; component: ComponentHash },
  last: LastState | undefined,
): Promise<Explanation> {
  const { hash } = now.component;
  const found = (changes: InputChange[], ...notes: string[]): Explanation => ({
    hash,
    last: last ?? null,
    changes,
    notes,
  });
  if (!last) return found([], 'nothing of it exists yet');
  if (last.hash === hash) return found([], 'what exists has this very hash');
  if (last.revision === undefined)
    return found([], 'of what exists it was not recorded from which commit it was made');
  const before = await hashAt(id, last.revision, now.loadAt);
  if ('why' in before)
    return found([], `its inputs at ${short(last.revision)} cannot be computed: ${before.why}`);
  const changes = diffFiles(before, { inputs: now.component.inputs, files: now.source.files });
  const isOther = last.hash !== null && last.hash !== before.hash;
  return found(
    changes,
    ...(isOther
      ? [
          `what exists has another hash than ${short(last.revision)} has today: another version of millrace made it`,
        ]
      : []),
  );
}

async function hashAt(
  id: ComponentId,
  revision: string,
  loadAt: OpenedCommit['loadAt'],
): Promise<(ComponentHash & { files: ProjectSource['files'] }) | { why: string }> {
  try {
    const { source, hashes } = await loadAt(revision);
    const component = hashes.get(id);
    return component
      ? { ...component, files: source.files }
      : { why: 'project.yaml had no such component then' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { why: error.message };
  }
}

export function short(revision: string): string {
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 12) : revision;
}
