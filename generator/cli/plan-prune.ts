import { NODE_LIMITS } from '../drivers/stack/node-keep.ts';
import type { NodeKeep } from '../drivers/stack/node-keep.ts';
import { namespaceOf } from '../drivers/stack/stack-names.ts';
import { judgeArtifacts } from '../prune/judge-artifacts.ts';
import type { Verdict } from '../prune/prune-world.ts';
import type { FoundToPrune, Stored } from './gather-prune.ts';
import type { PlacedSwarm, PlacesToPrune } from './places-to-prune.ts';

export interface PrunePlan {
  verdicts: readonly Verdict<Stored>[];
  /** Commits of the branch that were read. */
  commits: number;
  swarms: readonly PlacedSwarm[];
  /** What stays on every node, but for the networks, which are the Swarm's. */
  keep: Omit<NodeKeep, 'networks'>;
}

export function planPrune(
  { world, history, swarms }: FoundToPrune,
  { project, images }: Pick<PlacesToPrune, 'project' | 'images'>,
): PrunePlan {
  const verdicts = judgeArtifacts(world);
  const kept = verdicts.filter(({ action }) => action === 'keep').map(({ artifact }) => artifact);
  return {
    verdicts,
    commits: history.commits.length,
    swarms,
    keep: {
      ...NODE_LIMITS,
      project: project.project,
      now: world.now,
      namespaces: Object.keys(project.stacks).map((stack) => namespaceOf(project.project, stack)),
      repositories: images.repositories,
      digests: [...kept.flatMap(({ id, parts = [] }) => [id, ...parts]), ...world.used.keys()],
    },
  };
}
