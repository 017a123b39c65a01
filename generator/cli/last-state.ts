import type { Observation } from '../plan/plan.ts';
import type { LastState } from './explain-change.ts';

/** What exists or runs of a component, by what was observed; undefined where there is nothing. */
export function lastStateOf(observation: Observation | undefined, hash: string): LastState | undefined {
  if (observation?.state === 'built') return { hash };
  if (observation === undefined || observation.state === 'elsewhere') return undefined;
  const found = observation.state === 'absent' ? observation.last : observation;
  if (found === undefined) return undefined;
  return { hash: found.hash, ...(found.revision === undefined ? {} : { revision: found.revision }) };
}
