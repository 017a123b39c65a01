import { describe, expect, test } from '@jest/globals';
import type { RunEvent } from '../../generator/ports/reporter.ts';
import { openRunReport } from '../../generator/report/open-run-report.ts';
import { createOutput } from '../../generator/report/output.ts';
import { createScreen } from '../fakes/screen.ts';

const EVENTS: readonly RunEvent[] = [
  { type: 'note', text: 'swept 1 key pair of a dead run' },
  { type: 'start', id: 'image:api', action: 'build' },
  { type: 'phase', id: 'image:api', phase: 'testing' },
  { type: 'log', id: 'image:api', line: '1 of 2 tests failed' },
  { type: 'start', id: 'image:web', action: 'build' },
  { type: 'done', id: 'image:web', outcome: 'built', seconds: 61 },
  {
    type: 'failed',
    id: 'image:api',
    cause: 'its test ended with exit code 1',
    hint: 'run it with docker run',
    tail: ['not ok 2', '1 of 2 tests failed'],
    seconds: 4.26,
  },
  { type: 'skipped', id: 'stack:shop', because: 'image:api' },
  { type: 'skipped', id: 'jobs:shop', because: 'stack:shop' },
  { type: 'cancelled', id: 'ami:node', left: 'instance i-1 is left' },
];

function report(settings: { json?: boolean; quiet?: boolean; events?: readonly RunEvent[] } = {}) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text) });
  const { json = false, quiet = false, events = EVENTS } = settings;
  const output = createOutput(
    { stdout: stream('stdout'), stderr: stream('stderr') },
    { json, quiet, env: {} },
  );
  let now = 0;
  const run = openRunReport(output, {
    clock: { now: () => now },
    total: 5,
    kept: 7,
    logOf: (id) => (id === 'image:api' ? 'logs/image_api.log' : undefined),
  });
  for (const event of events) run.emit(event);
  now = 125_000;
  run.close();
  return { ...written, ends: run.ends };
}

const FAILURES = `failed image:api after 4.3 s: its test ended with exit code 1
  run it with docker run
  | not ok 2
  | 1 of 2 tests failed
  whole log: logs/image_api.log
skipped stack:shop: image:api failed
skipped jobs:shop: stack:shop was skipped
cancelled ami:node; instance i-1 is left
`;

describe('in a log', () => {
  test('each event is a line with its component; the end says what failed, why, and what was skipped', () => {
    const { stdout, stderr } = report();
    expect(stderr).toBe(`swept 1 key pair of a dead run
[image:api] build
[image:api] > testing
[image:api] 1 of 2 tests failed
[image:web] build
[image:web] built (1 min 1 s)
[image:api] failed after 4.3 s: its test ended with exit code 1
[stack:shop] skipped: it needs image:api
[jobs:shop] skipped: it needs stack:shop
[ami:node] cancelled; instance i-1 is left
${FAILURES}`);
    expect(stdout).toBe('1 built, 7 kept, 1 failed, 2 skipped, 1 cancelled in 2 min 5 s\n');
  });

  test('quiet leaves failures and the result', () => {
    const { stdout, stderr } = report({ quiet: true });
    expect(stderr).toBe(`[image:api] failed after 4.3 s: its test ended with exit code 1\n${FAILURES}`);
    expect(stdout).toContain('1 built');
  });

  test('under --json nothing is on stdout: that is the document’s', () => {
    const { stdout, stderr } = report({ json: true });
    expect(stdout).toBe('');
    expect(stderr).toContain('[image:api] > testing\n');
  });

  test('a run without failures ends with its counts only', () => {
    const { stdout, stderr } = report({ events: [] });
    expect({ stdout, stderr }).toEqual({ stdout: '7 kept in 2 min 5 s\n', stderr: '' });
  });

  test('the ends are at hand for the document', () => {
    expect([...report().ends.keys()]).toEqual([
      'image:web',
      'image:api',
      'stack:shop',
      'jobs:shop',
      'ami:node',
    ]);
  });
});

describe('on a terminal', () => {
  const onTerminal = (env: Record<string, string>, json = false): string[] => {
    const screen = createScreen(100, 30);
    const stream = { write: screen.write, isTTY: true, columns: 100, rows: 30 };
    const output = createOutput({ stdout: stream, stderr: stream }, { json, quiet: false, env });
    const run = openRunReport(output, { clock: { now: () => 0 }, total: 1, kept: 0 });
    run.emit({ type: 'log', id: 'image:api', line: 'Step 1' });
    run.emit({ type: 'done', id: 'image:api', outcome: 'built', seconds: 1 });
    run.close();
    return screen.lines();
  };

  test('log lines do not stay', () => {
    expect(onTerminal({})).toEqual(['✓ image:api  built (1.0 s)', '1 built in 0.0 s', '']);
  });

  test('that is dumb they do, as in a log', () => {
    expect(onTerminal({ TERM: 'dumb' })[0]).toBe('[image:api] Step 1');
  });

  test('under --json they do, too', () => {
    expect(onTerminal({}, true)[0]).toBe('[image:api] Step 1');
  });
});
