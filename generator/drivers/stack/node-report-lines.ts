import { emptyNodeReport } from './node-keep.ts';
import type { NodeReport } from './node-keep.ts';

const LISTS = ['containers', 'networks', 'images', 'notes', 'failures'] as const;
const BYTES = 'bytes';

/** As a job on the node says it: a line for each thing, since Docker cuts long ones. */
export function writeNodeReport(report: NodeReport): string[] {
  const lists = LISTS.flatMap((name) => report[name].map((one) => `${name} ${one.replace(/\s+/g, ' ')}`));
  return [...lists, `${BYTES} ${report.bytes}`];
}

/** Its last line is the sum; without it the rest is not known to be all. */
export function readNodeReport(node: string, lines: readonly string[]): NodeReport {
  const report = emptyNodeReport(node);
  let isWhole = false;
  for (const line of lines) {
    const [name, text] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()];
    const list = LISTS.find((one) => one === name);
    if (list) report[list].push(text);
    if (name === BYTES && /^\d+$/.test(text)) [report.bytes, isWhole] = [Number(text), true];
  }
  if (!isWhole) report.failures.push('was cleaned, but what it said of that is not to be had');
  return report;
}
