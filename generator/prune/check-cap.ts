import { UserError } from '../model/user-error.ts';
import type { Verdict } from './prune-world.ts';

/** So few are never too many; more than half of what is stored may be a mistake, and so may be so many at once. */
const [FEW, MANY] = [20, 200];

/** How many may go in one run where nobody says. */
export function defaultCap(stored: number): number {
  return Math.min(MANY, Math.max(FEW, Math.floor(stored / 2)));
}

/**
 * @param max of `--max`
 * @throws UserError TOO_MANY: then nothing is removed
 */
export function checkCap(verdicts: readonly Verdict[], max: number | undefined): void {
  const removed = verdicts.filter(({ action }) => action === 'remove').length;
  const cap = max ?? defaultCap(verdicts.length);
  if (removed <= cap) return;
  throw new UserError(
    'TOO_MANY',
    `${removed} of ${verdicts.length} stored artifacts would go, more than the ${cap} of one run; nothing was removed; ` +
      `look at them with --dry-run, and if that is meant: millrace prune --max ${removed}`,
  );
}
