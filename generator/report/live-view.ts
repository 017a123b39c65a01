import type { ComponentId } from '../model/component.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter, RunEvent } from '../ports/reporter.ts';
import { describeEvent } from './describe-event.ts';
import { cutToWidth, displayWidth } from './display-width.ts';
import { formatSeconds } from './format-seconds.ts';
import type { Output, Terminal } from './output.ts';

/** A view that must be closed: it hides the cursor. */
export interface LiveView extends Reporter {
  close: () => void;
}

interface Running {
  id: ComponentId;
  since: number;
  phase: string;
  line: string;
}

/** At most ten times a second. */
const INTERVAL = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/**
 * A line for each running component at the bottom of the terminal; what is finished scrolls away above.
 * @param total how many components there are to do
 */
export function createLiveView(
  terminal: Terminal,
  colors: Output['noteColors'],
  { clock, total }: { clock: Pick<Clock, 'now'>; total: number },
): LiveView {
  const running = new Map<ComponentId, Running>();
  let above: string[] = [];
  let finished = 0;
  let drawn: string[] = [];
  let stale = true;
  let second = -1;

  const draw = (): void => {
    const size = terminal.size();
    const lines = renderLines([...running.values()], { finished, total }, clock.now(), size);
    const text = eraseSequence(drawn, size.columns) + [...above, ...lines.map(colors.dim), ''].join('\n');
    [above, drawn, stale] = [[], lines, false];
    terminal.write(text);
  };
  const tick = (): void => {
    const now = Math.floor(clock.now() / 1000);
    if (stale || (now !== second && running.size > 0)) draw();
    second = now;
  };
  const erase = (): void => {
    terminal.write(eraseSequence(drawn, terminal.size().columns));
    drawn = [];
  };
  // The exit of a second Ctrl-C comes without close().
  const restore = (): void => terminal.write(SHOW_CURSOR);

  terminal.write(HIDE_CURSOR);
  terminal.drawing = { erase, redraw: draw };
  process.once('exit', restore);
  const timer = setInterval(tick, INTERVAL);
  timer.unref();
  return {
    emit: (event) => {
      const line = takeIn(event, running, clock.now());
      if (line !== undefined) above.push(paint(event, line, colors));
      if (event.type !== 'note' && !running.has(event.id)) finished++;
      stale = true;
    },
    close: () => {
      clearInterval(timer);
      process.off('exit', restore);
      delete terminal.drawing;
      terminal.write(
        `${eraseSequence(drawn, terminal.size().columns)}${above.map((line) => `${line}\n`).join('')}${SHOW_CURSOR}`,
      );
      [above, drawn] = [[], []];
    },
  };
}

/** @returns what is to scroll by above, if anything */
function takeIn(event: RunEvent, running: Map<ComponentId, Running>, now: number): string | undefined {
  if (event.type === 'note') return describeEvent(event);
  const one = running.get(event.id) ?? { id: event.id, since: now, phase: '', line: '' };
  if (event.type === 'start' || event.type === 'phase' || event.type === 'log') {
    running.set(event.id, one);
    if (event.type === 'start') one.phase = event.action;
    else if (event.type === 'phase') [one.phase, one.line] = [event.phase, ''];
    else one.line = describeEvent(event) || one.line;
    return undefined;
  }
  running.delete(event.id);
  return `${event.id}  ${describeEvent(event)}`;
}

function paint(event: RunEvent, line: string, colors: Output['noteColors']): string {
  if (event.type === 'done') return `${colors.green('✓')} ${line}`;
  if (event.type === 'failed') return colors.red(`✗ ${line}`);
  if (event.type === 'skipped' || event.type === 'cancelled') return colors.yellow(`– ${line}`);
  return line;
}

function renderLines(
  running: readonly Running[],
  { finished, total }: { finished: number; total: number },
  now: number,
  { columns, rows }: { columns: number; rows: number },
): string[] {
  // A line that fills the last column would wrap on some terminals, and a full screen would scroll.
  const width = columns - 1;
  const most = Math.max(1, rows - 3);
  const shown = running.slice(0, most);
  const id = Math.max(0, ...shown.map((one) => one.id.length));
  const phase = Math.max(0, ...shown.map((one) => displayWidth(one.phase)));
  const lines = shown.map((one) => {
    const seconds = formatSeconds(Math.floor((now - one.since) / 1000)).replace('.0', '');
    const fill = ' '.repeat(phase - displayWidth(one.phase));
    return cutToWidth(
      `  ${one.id.padEnd(id)}  ${one.phase}${fill}  ${seconds.padStart(4)}  ${one.line}`.trimEnd(),
      width,
    );
  });
  const hidden = running.length - shown.length;
  const more = hidden > 0 ? `, ${hidden} of them not shown` : '';
  const state = `  ${finished} of ${total} done, ${running.length} running${more}`;
  return [...lines, cutToWidth(state, width)];
}

/** Up over the rows that the lines take in a window which may have become narrower since. */
function eraseSequence(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
  return rows === 0 ? '' : `\r\u001b[${rows}A\u001b[J`;
}
