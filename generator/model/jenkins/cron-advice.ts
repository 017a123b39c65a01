import { CRON_FIELDS } from './cron-field.ts';
import type { CronTable } from './cron-line.ts';

const DAY_OF_MONTH = 2;
const DAY_OF_WEEK = 4;

/**
 * What Jenkins advises about a valid line (`CronTab.checkSanity` with its English texts), or undefined.
 * `line` is trimmed; `table` is what it says.
 */
export function adviseOnCronLine(line: string, table: CronTable): string | undefined {
  if (runsEveryMinuteOfSparseTime(table)) {
    const better = `H ${line.slice(line.indexOf(' ') + 1)}`;
    return `Do you really mean "every minute" when you say "${line}"? Perhaps you meant "${better}" to poll once per hour`;
  }
  const days = countValues(table, DAY_OF_MONTH, 1, 30);
  if (days > 5 && days < 28) {
    return 'Short cycles in the day-of-month field will behave oddly near the end of a month';
  }
  const spread = spreadLoad(line);
  return spread === undefined ? undefined : `Spread load evenly by using ‘${spread}’ rather than ‘${line}’`;
}

/**
 * Whether the first field that leaves something out is not the minute. The day of week always leaves
 * something out, for Jenkins keeps Sunday as 0 and asks for 0 to 7: it advises on `* * * * *` too.
 */
function runsEveryMinuteOfSparseTime(table: CronTable): boolean {
  const firstSparse = CRON_FIELDS.slice(0, DAY_OF_WEEK).findIndex(
    ({ lowest, highest }, index) => countValues(table, index, lowest, highest) <= highest - lowest,
  );
  return firstSparse !== 0;
}

function countValues(table: CronTable, index: number, lowest: number, highest: number): number {
  let count = 0;
  for (let value = lowest; value <= highest; value++) if (table[index]?.has(value)) count++;
  return count;
}

function spreadLoad(line: string): string | undefined {
  if (line.includes('H')) return undefined;
  if (line.startsWith('*/')) return `H${line.slice(1)}`;
  if (/^\d+ .+$/.test(line)) return `H ${line.slice(line.indexOf(' ') + 1)}`;
  const [, minutes = '', second = '', , rest = ''] = /^0(,(\d+)(,\d+)*)( .+)$/.exec(line) ?? [];
  const period = Number(second);
  if (period <= 0) return undefined;
  return minutes === listMultiples(period) ? `H/${period}${rest}` : undefined;
}

function listMultiples(period: number): string {
  let text = '';
  for (let minute = period; minute < 60; minute += period) text += `,${minute}`;
  return text;
}
