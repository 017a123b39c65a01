import type { Reporter, RunEvent } from '../ports/reporter.ts';
import { describeEvent } from './describe-event.ts';
import type { Output } from './output.ts';

/** One line an event on stderr, each with its component: for logs, where nothing can be redrawn. */
export function createPlainLog(output: Pick<Output, 'note' | 'warn' | 'noteColors'>): Reporter {
  return {
    emit: (event) => {
      // Builders part their steps by empty lines, which say nothing between those of others.
      if (event.type === 'log' && event.line.trim() === '') return;
      const line = `${prefixOf(event)}${describeEvent(event)}`;
      if (event.type === 'failed') output.warn(output.noteColors.red(line));
      else if (event.type === 'done') output.note(output.noteColors.green(line));
      else output.note(line);
    },
  };
}

function prefixOf(event: RunEvent): string {
  return event.type === 'note' ? '' : `[${event.id}] `;
}
