import type { RunEvent } from '../ports/reporter.ts';
import { cleanLine } from './clean-line.ts';
import { formatSeconds } from './format-seconds.ts';

/** One event as one line, without its component; what ends a component's work reads the same everywhere. */
export function describeEvent(event: RunEvent): string {
  switch (event.type) {
    case 'start':
      return event.action;
    case 'phase':
      return `> ${cleanLine(event.phase)}`;
    case 'log':
      return cleanLine(event.line);
    case 'done':
      return `${cleanLine(event.outcome)} (${formatSeconds(event.seconds)})`;
    case 'failed':
      return `failed after ${formatSeconds(event.seconds)}: ${cleanLine(event.cause)}`;
    case 'skipped':
      return `skipped: it needs ${event.because}`;
    case 'cancelled':
      return event.left === '' ? 'cancelled' : `cancelled; ${cleanLine(event.left)}`;
    case 'note':
      return cleanLine(event.text);
  }
}
