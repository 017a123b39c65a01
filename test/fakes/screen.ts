import type { Terminal } from '../../generator/report/output.ts';

/** A terminal's screen in memory: line breaks, wrapping, and the few escape sequences that a live view needs. */
export interface Screen extends Terminal {
  /** All lines that were written and not erased, those that scrolled away included. */
  lines: () => string[];
  isCursorShown: () => boolean;
  /** How often something was written. */
  writes: () => number;
  /** Wraps lines anew, as a window that became narrower does. */
  resize: (columns: number) => void;
}

export function createScreen(columns = 60, rows = 20): Screen {
  const size = { columns, rows };
  let grid: string[] = [''];
  let [row, writes, shown] = [0, 0, true];

  const put = (letter: string): void => {
    if (letter === '\n') row++;
    else {
      if (grid[row]!.length >= size.columns) row++;
      grid[row] = (grid[row] ?? '') + letter;
    }
    grid[row] ??= '';
  };
  const escape = (count: string, final: string): void => {
    if (final === 'A') row = Math.max(0, row - Number(count || 1));
    else if (final === 'J') grid = [...grid.slice(0, row), ''];
    else if (final === 'h' || final === 'l') shown = final === 'h';
    else if (final !== 'm') throw new Error(`the screen does not know the sequence ${count}${final}`);
  };
  return {
    size: () => ({ ...size }),
    write: (text) => {
      writes++;
      for (const [, count, final, letter] of text.matchAll(/\u001b\[\??([0-9;]*)([A-Za-z])|([^\r])/gsu)) {
        if (letter === undefined) escape(count!, final!);
        else put(letter);
      }
    },
    lines: () => grid.map((line) => line.trimEnd()),
    isCursorShown: () => shown,
    writes: () => writes,
    resize: (to) => {
      size.columns = to;
      grid = grid.flatMap((line) => line.match(new RegExp(`.{1,${to}}`, 'gu')) ?? ['']);
      row = grid.length - 1;
    },
  };
}
