import type { ComponentId } from '../model/component.ts';
import type { Reporter, RunEvent } from '../ports/reporter.ts';

/** How a component's work ended. */
export type RunEnd = Extract<RunEvent, { type: 'done' | 'failed' | 'skipped' | 'cancelled' }>;

/** Remembers how each component ended, in the order of the ends. */
export interface RunRecord extends Reporter {
  readonly ends: ReadonlyMap<ComponentId, RunEnd>;
}

export function createRunRecord(): RunRecord {
  const ends = new Map<ComponentId, RunEnd>();
  return {
    ends,
    emit: (event) => {
      if (isEnd(event)) ends.set(event.id, event);
    },
  };
}

function isEnd(event: RunEvent): event is RunEnd {
  return ['done', 'failed', 'skipped', 'cancelled'].includes(event.type);
}
