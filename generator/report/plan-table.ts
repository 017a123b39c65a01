import type { ComponentId } from '../model/component.ts';
import type { Plan, PlannedComponent } from '../plan/plan.ts';
import { SIGNS, countActions, paintAction } from './action-style.ts';
import { cutToWidth, displayWidth, fitToWidth } from './display-width.ts';
import type { Output } from './output.ts';

interface TableOptions {
  /** Columns; what is narrower than 40 is taken as 40. */
  width: number;
  colors: Output['colors'];
  /** Of those that are kept at most so many are listed. */
  maxKept?: number;
}

/** Where a reason that needs more has less room than this, reasons go on lines of their own. */
const LEAST_REASON = 44;
const HASH = 12;
const GAP = '  ';
/** `+ deploy` */
const ACTION = 8;

interface Columns {
  width: number;
  wave: number;
  id: number;
  /** Where the reason stands: beside its component, or under it, with the hash or without. */
  shape: 'one line' | 'hash above' | 'hash below';
}

/**
 * The plan for a person: what is done, in waves, and what is kept.
 * @param waves ids of what is touched, see `sortIntoWaves`
 */
export function renderPlanTable(
  plan: Plan,
  waves: readonly (readonly ComponentId[])[],
  { width, colors, maxKept = 10 }: TableOptions,
): string {
  const known = new Map(plan.components.map((component) => [component.id, component]));
  const kept = plan.components.filter(({ action }) => action === 'keep');
  const columns = measure(plan, waves.length, Math.max(width, 40));
  const lines = wrap(headline(plan), columns.width).map((line) => colors.bold(line));
  for (const [index, wave] of waves.entries()) {
    if (index === 0) lines.push('');
    for (const [place, id] of wave.entries()) {
      lines.push(...renderRow(known.get(id)!, place === 0 ? String(index + 1) : '', columns, colors));
    }
  }
  if (kept.length > 0) lines.push('', colors.dim('Kept'));
  for (const one of kept.slice(0, maxKept)) lines.push(...renderRow(one, '', columns, colors));
  if (kept.length > maxKept) lines.push(colors.dim(`${GAP}… and ${kept.length - maxKept} more`));
  return lines.join('\n');
}

function headline({ project, revision, summary }: Plan): string {
  const at = revision === null ? 'with uncommitted changes' : `at ${revision.slice(0, HASH)}`;
  const rest = summary.build + summary.deploy + summary.remove === 0 ? '; nothing to do' : '';
  return `${project} ${at}: ${countActions(summary)}${rest}`;
}

/** Lines of whole words. */
function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(cutToWidth(word, width));
  }
  return lines;
}

function measure(plan: Plan, waves: number, width: number): Columns {
  const wave = String(waves).length;
  const longest = Math.max(0, ...plan.components.map(({ id }) => displayWidth(id)));
  const id = Math.min(longest, Math.floor(width * 0.4));
  const before = [wave, ACTION, id, HASH].reduce((sum, one) => sum + one + GAP.length, GAP.length);
  const reason = Math.max(0, ...plan.components.map((component) => displayWidth(component.reason)));
  if (width - before >= Math.min(LEAST_REASON, reason)) return { width, wave, id, shape: 'one line' };
  if (width >= before) return { width, wave, id, shape: 'hash above' };
  return { width, wave, id: width - wave - ACTION - 3 * GAP.length, shape: 'hash below' };
}

function renderRow(
  { id, action, hash, reason }: PlannedComponent,
  wave: string,
  columns: Columns,
  colors: Output['colors'],
): string[] {
  const start = `${GAP}${wave.padStart(columns.wave)}${GAP}`;
  const word = paintAction(action, `${SIGNS[action]} ${action}`.padEnd(ACTION), colors);
  const short = (hash?.slice(0, HASH) ?? '-').padEnd(HASH);
  const left = `${start}${word}${GAP}${fitToWidth(id, columns.id)}`;
  const indent = ' '.repeat(start.length);
  const room = (before: number): string => cutToWidth(reason, columns.width - before);
  if (columns.shape === 'hash above') {
    return [`${left}${GAP}${colors.dim(short.trimEnd())}`, `${indent}${room(indent.length)}`];
  }
  const below = `${colors.dim(short)}${GAP}`;
  if (columns.shape === 'hash below') {
    return [left.trimEnd(), `${indent}${below}${room(indent.length + HASH + GAP.length)}`];
  }
  const before = start.length + ACTION + columns.id + HASH + 3 * GAP.length;
  return [`${left}${GAP}${below}${room(before)}`];
}
