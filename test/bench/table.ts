import type { Sample } from './measure.ts';
import { median } from './measure.ts';

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** Medians as text, and how many runs they are of; the columns of `MEASURED`. */
export function numbers(samples: readonly Sample[] = []): string[] {
  const of = (key: keyof Sample): number => median(samples.map((sample) => sample[key]));
  return [
    seconds(of('wallSeconds')),
    seconds(of('processorSeconds')),
    `${Math.round(of('peakMegabytes'))} MB`,
    String(samples.length),
  ];
}

export const MEASURED = ['wall', 'processor', 'peak memory', 'runs'] as const;

export function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toFixed(2)} s`;
}
