import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pc from 'picocolors';
import type { ComponentId } from '../../generator/model/component.ts';
import { createLiveView } from '../../generator/report/live-view.ts';
import { createOutput } from '../../generator/report/output.ts';
import { createScreen } from '../fakes/screen.ts';
import type { Screen } from '../fakes/screen.ts';

const API: ComponentId = 'image:api';
const WEB: ComponentId = 'image:website';

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

function open(screen: Screen) {
  return createLiveView(screen, pc.createColors(false), { clock: { now: () => Date.now() }, total: 3 });
}

describe('the live view', () => {
  test('has one line for each running component, with its phase, seconds and last line', () => {
    const screen = createScreen();
    const view = open(screen);
    view.emit({ type: 'start', id: API, action: 'build' });
    view.emit({ type: 'phase', id: API, phase: 'building' });
    jest.advanceTimersByTime(5000);
    view.emit({ type: 'start', id: WEB, action: 'build' });
    view.emit({ type: 'log', id: API, line: '\u001b[32mStep 1/3\u001b[0m' });
    jest.advanceTimersByTime(100);
    expect(screen.lines()).toEqual([
      '  image:api      building   5 s  Step 1/3',
      '  image:website  build      0 s',
      '  0 of 3 done, 2 running',
      '',
    ]);
    view.close();
  });

  test('lets what is finished scroll away above', () => {
    const screen = createScreen();
    const view = open(screen);
    for (const id of [API, WEB]) view.emit({ type: 'start', id, action: 'build' });
    jest.advanceTimersByTime(100);
    view.emit({ type: 'done', id: API, outcome: 'built', seconds: 2.04 });
    view.emit({ type: 'note', text: 'the registry asked us to wait' });
    jest.advanceTimersByTime(100);
    expect(screen.lines()).toEqual([
      '✓ image:api  built (2.0 s)',
      'the registry asked us to wait',
      '  image:website  build   0 s',
      '  1 of 3 done, 1 running',
      '',
    ]);
    view.emit({ type: 'failed', id: WEB, cause: 'exit code 1', hint: '', tail: [], seconds: 3 });
    view.emit({ type: 'skipped', id: 'stack:shop', because: WEB });
    view.close();
    expect(screen.lines()).toEqual([
      '✓ image:api  built (2.0 s)',
      'the registry asked us to wait',
      '✗ image:website  failed after 3.0 s: exit code 1',
      '– stack:shop  skipped: it needs image:website',
      '',
    ]);
  });

  test('is drawn at most ten times a second, and not at all where nothing changes', () => {
    const screen = createScreen();
    const view = open(screen);
    const before = screen.writes();
    for (let millisecond = 0; millisecond < 1000; millisecond++) {
      view.emit({ type: 'log', id: API, line: String(millisecond) });
      jest.advanceTimersByTime(1);
    }
    expect(screen.writes() - before).toBeLessThanOrEqual(10);
    view.emit({ type: 'done', id: API, outcome: 'built', seconds: 1 });
    jest.advanceTimersByTime(1000);
    const idle = screen.writes();
    jest.advanceTimersByTime(5000);
    expect(screen.writes()).toBe(idle);
    view.close();
  });

  test('cuts lines to the window, wide characters too, and leaves nothing behind where it becomes narrower', () => {
    const screen = createScreen(60);
    const view = open(screen);
    view.emit({ type: 'log', id: API, line: '日本'.repeat(40) });
    jest.advanceTimersByTime(100);
    screen.resize(25);
    jest.advanceTimersByTime(1000);
    expect(screen.lines()).toHaveLength(3);
    expect(screen.lines()[0]).toBe('  image:api     1 s  日…');
    view.close();
    expect(screen.lines()).toEqual(['']);
  });

  test('never fills the screen', () => {
    const screen = createScreen(60, 8);
    const view = open(screen);
    for (let index = 0; index < 20; index++)
      view.emit({ type: 'start', id: `image:n${index}`, action: 'build' });
    jest.advanceTimersByTime(100);
    expect(screen.lines()).toHaveLength(7);
    expect(screen.lines().at(-2)).toBe('  0 of 3 done, 20 running, 15 of them not shown');
    view.close();
  });

  test('hides the cursor and shows it again, also where the program ends without closing it', () => {
    const screen = createScreen();
    open(screen).close();
    expect(screen.isCursorShown()).toBe(true);
    const before = process.listeners('exit');
    open(screen);
    expect(screen.isCursorShown()).toBe(false);
    const added = process.listeners('exit').filter((one) => !before.includes(one));
    expect(added).toHaveLength(1);
    for (const listener of added) {
      listener.call(process, 0);
      process.off('exit', listener);
    }
    expect(screen.isCursorShown()).toBe(true);
  });

  test('shows no escape sequence and no control character of a builder', () => {
    const screen = createScreen();
    const view = open(screen);
    view.emit({ type: 'log', id: API, line: '10%\r50%\r\u001b]0;title\u0007\u001b[2J90%\u0007' });
    jest.advanceTimersByTime(100);
    expect(screen.lines()[0]).toBe('  image:api     0 s  90%\\u0007');
    view.close();
  });

  test('is redrawn below what is written beside it', () => {
    const screen = createScreen();
    const stream = { write: screen.write, isTTY: true, columns: 60, rows: 20 };
    const output = createOutput(
      { stdout: stream, stderr: stream },
      { json: false, quiet: false, env: { NO_COLOR: '1' } },
    );
    const clock = { now: () => Date.now() };
    const view = createLiveView(output.terminal!, output.noteColors, { clock, total: 1 });
    view.emit({ type: 'start', id: API, action: 'build' });
    jest.advanceTimersByTime(100);
    output.warn('stopping');
    expect(screen.lines()).toEqual(['stopping', '  image:api  build   0 s', '  0 of 1 done, 1 running', '']);
    view.close();
  });
});
