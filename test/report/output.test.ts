import { describe, expect, test } from '@jest/globals';
import { createOutput } from '../../generator/report/output.ts';
import type { Output } from '../../generator/report/output.ts';

interface Case {
  terminals?: readonly ('stdout' | 'stderr')[];
  quiet?: boolean;
  env?: Readonly<Record<string, string>>;
}

const BOTH = ['stdout', 'stderr'] as const;

/** What an output for such streams writes where `act` uses it. */
function write(
  { terminals = [], quiet = false, env = {} }: Case,
  act: (output: Output) => void,
): { stdout: string; stderr: string } {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTTY: terminals.includes(name),
  });
  act(createOutput({ stdout: stream('stdout'), stderr: stream('stderr') }, { json: false, quiet, env }));
  return written;
}

/** The streams that get escape sequences. */
function coloured(about: Case): string[] {
  const written = write(about, (output) => {
    output.print(output.colors.red('result'));
    output.warn(output.noteColors.red('warning'));
  });
  return BOTH.filter((name) => written[name].includes('\u001b['));
}

describe('colours', () => {
  test.each<[string, Case, readonly string[]]>([
    ['are on a terminal', { terminals: BOTH }, BOTH],
    ['are not in a file', {}, []],
    ['of results are decided by stdout', { terminals: ['stdout'] }, ['stdout']],
    ['of warnings are decided by stderr', { terminals: ['stderr'] }, ['stderr']],
    ['are off under NO_COLOR', { terminals: BOTH, env: { NO_COLOR: '1' } }, []],
    ['are not off under an empty NO_COLOR', { terminals: BOTH, env: { NO_COLOR: '' } }, BOTH],
    ['are on under FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, BOTH],
    ['are not forced by FORCE_COLOR=0', { env: { FORCE_COLOR: '0' } }, []],
    [
      'are off under NO_COLOR with FORCE_COLOR',
      { terminals: BOTH, env: { NO_COLOR: '1', FORCE_COLOR: '1' } },
      [],
    ],
    ['are off on a dumb terminal', { terminals: BOTH, env: { TERM: 'dumb' } }, []],
  ])('%s', (_, about, expected) => {
    expect(coloured(about)).toEqual([...expected]);
  });
});

describe('what is written where', () => {
  const all = (output: Output): void => {
    output.print('result');
    output.note('progress');
    output.warn('failure');
  };

  test('results go to stdout, all else to stderr', () => {
    expect(write({}, all)).toEqual({ stdout: 'result\n', stderr: 'progress\nfailure\n' });
  });

  test('quiet silences notes, and neither results nor warnings', () => {
    expect(write({ quiet: true }, all)).toEqual({ stdout: 'result\n', stderr: 'failure\n' });
  });
});
