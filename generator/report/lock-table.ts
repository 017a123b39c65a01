import { cleanLine } from './clean-line.ts';
import { displayWidth } from './display-width.ts';
import type { Output } from './output.ts';

/** A deploy lock as `unlock --json` prints it. */
export interface ShownLock {
  /** Of the run that holds it; `unlock` takes it. */
  id: string;
  place: string;
  generation: number;
  owner: string;
  /** ISO 8601. */
  expires: string;
  /** `unknown`: of another machine, whose processes cannot be seen from here. */
  state: 'alive' | 'dead' | 'expired' | 'unknown';
  removed: boolean;
}

/** Who deploys where. */
export function renderLockTable(
  project: string,
  locks: readonly ShownLock[],
  { colors }: Pick<Output, 'colors'>,
): string {
  if (locks.length === 0) return `${project}: nobody deploys, nothing is locked`;
  const rows = locks.map(({ id, place, owner, state, expires, removed }) => [
    id,
    cleanLine(place),
    cleanLine(owner),
    state === 'unknown' ? `may be alive until ${expires.slice(11, 16)} UTC` : state,
    removed ? 'removed' : '',
  ]);
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map((row) => displayWidth(row[column]!))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .map((line, index) => (locks[index]!.removed ? colors.dim(line) : line))
    .join('\n');
}
