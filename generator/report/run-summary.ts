import type { ComponentId } from '../model/component.ts';
import { cleanLine } from './clean-line.ts';
import { formatSeconds } from './format-seconds.ts';
import type { Output } from './output.ts';
import type { RunEnd } from './run-record.ts';

interface SummaryOptions {
  colors: Output['colors'];
  /** Where a component's whole log is, if it has one. */
  logOf?: (id: ComponentId) => string | undefined;
}

type Ends = ReadonlyMap<ComponentId, RunEnd>;
type EndOf<T extends RunEnd['type']> = Extract<RunEnd, { type: T }>;

/** What failed and why with the last lines of its log, what was skipped and why, what was cancelled and left. */
export function renderFailures(ends: Ends, options: SummaryOptions): string {
  const { colors } = options;
  const lines: string[] = [];
  for (const end of select(ends, 'failed')) lines.push(...renderFailure(end, options));
  for (const { id, because } of select(ends, 'skipped')) {
    lines.push(colors.yellow(`skipped ${id}: ${describeBlocker(because, ends)}`));
  }
  for (const { id, left } of select(ends, 'cancelled')) {
    const rest = left === '' ? '' : `; ${cleanLine(left)}`;
    lines.push(colors.yellow(`cancelled ${id}${rest}`));
  }
  return lines.join('\n');
}

/** `3 built, 1 deployed, 12 kept, 1 failed, 2 skipped in 2 min 3 s`. */
export function renderCounts(ends: Ends, { kept, seconds }: { kept: number; seconds: number }): string {
  const counts = new Map<string, number>();
  const count = (word: string, by = 1): void => void counts.set(word, (counts.get(word) ?? 0) + by);
  for (const { outcome } of select(ends, 'done')) count(cleanLine(outcome));
  if (kept > 0) count('kept', kept);
  for (const type of ['failed', 'skipped', 'cancelled'] as const) {
    const found = select(ends, type).length;
    if (found > 0) count(type, found);
  }
  const words = [...counts].map(([word, number]) => `${number} ${word}`);
  return `${words.join(', ') || 'nothing to do'} in ${formatSeconds(seconds)}`;
}

function renderFailure(
  { id, cause, hint, tail, seconds }: EndOf<'failed'>,
  { colors, logOf }: SummaryOptions,
): string[] {
  const log = logOf?.(id);
  return [
    colors.red(`failed ${id} after ${formatSeconds(seconds)}: ${cleanLine(cause)}`),
    ...(hint === '' ? [] : [`  ${cleanLine(hint)}`]),
    ...tail.map((line) => colors.dim(`  | ${cleanLine(line)}`)),
    ...(log === undefined ? [] : [`  whole log: ${log}`]),
  ];
}

const BLOCKED: Readonly<Record<Exclude<RunEnd['type'], 'done'>, string>> = {
  failed: 'failed',
  skipped: 'was skipped',
  cancelled: 'was cancelled',
};

function describeBlocker(id: ComponentId, ends: Ends): string {
  const end = ends.get(id);
  return end === undefined || end.type === 'done' ? `it needs ${id}` : `${id} ${BLOCKED[end.type]}`;
}

function select<T extends RunEnd['type']>(ends: Ends, type: T): EndOf<T>[] {
  return [...ends.values()].filter((end): end is EndOf<T> => end.type === type);
}
