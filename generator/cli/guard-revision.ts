import type { ComponentId } from '../model/component.ts';
import { UserError } from '../model/user-error.ts';
import type { Observation, Observations, Plan, PlannedComponent } from '../plan/plan.ts';
import type { GitRepository } from '../ports/git-repository.ts';

export interface RevisionGuard {
  /** @throws UserError OLDER_REVISION where what was found was deployed from a commit that ours does not descend from */
  mayReplace: (id: ComponentId, found: Observation) => Promise<void>;
}

/**
 * Keeps an older commit, or one of another branch, from going over a newer one: what runs must be of an ancestor.
 * @param revision the commit that is applied
 * @param hashes of its components
 */
export function guardRevision(
  revision: string,
  hashes: ReadonlyMap<ComponentId, { hash: string }>,
  { isAncestor }: Pick<GitRepository, 'isAncestor'>,
): RevisionGuard {
  const known = new Map<string, Promise<boolean | undefined>>();
  const descendsFrom = (ancestor: string): Promise<boolean | undefined> => {
    const answer = known.get(ancestor) ?? isAncestor(ancestor, revision);
    known.set(ancestor, answer);
    return answer;
  };
  return {
    mayReplace: async (id, found) => {
      if (found.state !== 'running' || found.revision === undefined || found.revision === revision) return;
      // To put right what differs from its own hash takes nothing back.
      if (!found.pending && found.hash === hashes.get(id)?.hash) return;
      const descends = await descendsFrom(found.revision);
      if (!descends) throw refuse(id, found.revision, revision, descends);
    },
  };
}

/** Asks the guard of all that a plan deploys or removes, before any of it is begun. */
export async function guardPlan(
  { components }: Pick<Plan, 'components'>,
  observations: Observations,
  { mayReplace }: RevisionGuard,
): Promise<void> {
  for (const { id, action } of components) {
    const found = observations.get(id);
    if ((action === 'deploy' || action === 'remove') && found) await mayReplace(id, found);
  }
}

/**
 * Machines and networks are not taken away because a commit no longer names them, but because somebody says so.
 * @param allowed ids of `--allow-remove`
 * @throws UserError REMOVAL_NOT_ALLOWED
 */
export function guardRemovals(components: readonly PlannedComponent[], allowed: readonly string[]): void {
  const refused = components
    .filter(
      ({ kind, action, id }) => kind === 'infrastructure' && action === 'remove' && !allowed.includes(id),
    )
    .map(({ id }) => id);
  if (refused.length === 0) return;
  const ids = refused.join(' ');
  throw new UserError(
    'REMOVAL_NOT_ALLOWED',
    `the project no longer has ${refused.join(', ')}, which would be removed with all machines and data; nothing was done; ` +
      `if that is meant: --allow-remove ${ids}; to keep the data: \`millrace destroy ${ids} --keep data\``,
  );
}

function refuse(id: ComponentId, running: string, revision: string, descends: false | undefined): UserError {
  const [there, here] = [running.slice(0, 12), revision.slice(0, 12)];
  return descends === undefined
    ? new UserError(
        'OLDER_REVISION',
        `${id} runs commit ${there}, and this clone cannot tell whether ${here} descends from it; ` +
          'fetch the whole history (git fetch --unshallow, or the branch it is on), or allow it: --allow-older',
      )
    : new UserError(
        'OLDER_REVISION',
        `${id} runs commit ${there}, which ${here} does not descend from: it would take back what is in there; ` +
          'merge or revert that commit, or allow it: --allow-older',
      );
}
