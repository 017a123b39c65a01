import type { Action } from '../plan/plan.ts';
import type { Output } from './output.ts';

/** In the order of what matters. */
export const ACTIONS: readonly Action[] = ['build', 'deploy', 'remove', 'keep'];

/** A sign beside the word, for those who do not see the colour. */
export const SIGNS: Readonly<Record<Action, string>> = { build: '+', deploy: '>', remove: '-', keep: '=' };

const COLORS = { build: 'cyan', deploy: 'yellow', remove: 'red', keep: 'dim' } as const;

export function paintAction(action: Action, text: string, colors: Output['colors']): string {
  return colors[COLORS[action]](text);
}

/** `3 to build, 1 to deploy, 12 kept`; what is none is not named. */
export function countActions(summary: Readonly<Record<Action, number>>): string {
  const words = ACTIONS.filter((action) => summary[action] > 0).map((action) =>
    action === 'keep' ? `${summary.keep} kept` : `${summary[action]} to ${action}`,
  );
  return words.join(', ') || 'no components';
}
