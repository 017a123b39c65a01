import { showControls } from '../model/problem.ts';

/** Colours, cursor movements and titles (ECMA-48: CSI, OSC and the two-character sequences). */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;

/**
 * A line of a builder's output as it may stand beside others: without colours, with what a progress bar showed last,
 * and with nothing that moves a cursor.
 */
export function cleanLine(line: string): string {
  const shown = line.replace(ESCAPES, '').replace(/\r+$/, '');
  const last = shown.slice(shown.lastIndexOf('\r') + 1);
  return showControls(last.replaceAll('\t', '  ')).trimEnd();
}
