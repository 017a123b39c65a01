import { formatJavaInteger } from './java-text.ts';

/** The fields of a cron line with the bounds that Jenkins' `BaseParser` checks, both inclusive. */
export interface CronField {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** The highest value that a plain `H` takes: a day every month has, Sunday only as 0. */
  readonly highestHashed: number;
}

export const CRON_FIELDS: readonly CronField[] = [
  { name: 'minute', lowest: 0, highest: 59, highestHashed: 59 },
  { name: 'hour', lowest: 0, highest: 23, highestHashed: 23 },
  { name: 'day of month', lowest: 1, highest: 31, highestHashed: 28 },
  { name: 'month', lowest: 1, highest: 12, highestHashed: 12 },
  { name: 'day of week', lowest: 0, highest: 7, highestHashed: 6 },
];

/** What a term without `/n` has as its step. */
export const NO_STEP = 1;

/** A value outside its field. `message` is Jenkins' text, without position. */
export class FieldError extends Error {}

/** Throws FieldError unless the value lies in the field. */
export function checkValue(value: number, field: CronField): void {
  if (value < field.lowest || value > field.highest) throw outOfRange(value, field.lowest, field.highest);
}

/** The values of `first-last/step`. Throws FieldError where Jenkins refuses. */
export function listRange(first: number, last: number, step: number, field: CronField): Set<number> {
  checkValue(first, field);
  checkValue(last, field);
  if (step <= 0) throw notPositive(step);
  if (first > last) throw new FieldError(`You mean ${last}-${first}?`);
  const values = new Set<number>();
  // Jenkins counts in 32 bits and sets bits of a 64-bit word: a huge step wraps around, and so it does here.
  for (let value = first; value <= last; value = (value + step) | 0) values.add(value & 63);
  return values;
}

/**
 * The values of `H(first-last)/step`, for a job whose hash is 0: the one that Jenkins takes where it knows
 * no job. Which minute it is depends on the job's name; how many they are hardly does.
 */
export function listHashed(first: number, last: number, step: number, field: CronField): Set<number> {
  checkValue(first, field);
  checkValue(last, field);
  const width = last - first + 1;
  if (step > width) throw outOfRange(step, 1, width);
  if (step <= 0) throw notPositive(step);
  return step === NO_STEP ? new Set([first]) : listRange(first, last, step, field);
}

function outOfRange(value: number, lowest: number, highest: number): FieldError {
  const [found, from, to] = [value, lowest, highest].map(formatJavaInteger);
  return new FieldError(`${found} is an invalid value. Must be within ${from} and ${to}`);
}

function notPositive(step: number): FieldError {
  return new FieldError(`step must be positive, but found ${formatJavaInteger(step)}`);
}
