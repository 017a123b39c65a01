import type { ComponentId } from '../model/component.ts';
import type { Action, Artifact } from '../plan/plan.ts';

type Ended = 'built' | 'deployed' | 'removed' | 'kept' | 'failed' | 'skipped' | 'cancelled';
/** `handed over`: a job outside of Jenkins deploys it, since no build survives that. */
export type Outcome = Ended | 'handed over';

/** How one component of a plan ended. */
export interface ComponentResult {
  id: ComponentId;
  action: Action;
  outcome: Outcome;
  hash: string | null;
  artifact?: Artifact;
  seconds: number;
  /** One line; of what failed, and of what was skipped or cancelled. */
  cause?: string;
  /** Path of its whole log, where it has one. */
  log?: string;
}

/** Sorted by id. */
export interface RunResult {
  components: ComponentResult[];
  summary: Record<Ended, number> & { 'handed over'?: number };
}

export function summarise(components: readonly ComponentResult[]): RunResult {
  const summary: RunResult['summary'] = {
    ...{ built: 0, deployed: 0, removed: 0, kept: 0, failed: 0, skipped: 0, cancelled: 0 },
  };
  for (const { outcome } of components) summary[outcome] = (summary[outcome] ?? 0) + 1;
  return { components: [...components].sort((a, b) => (a.id < b.id ? -1 : 1)), summary };
}
