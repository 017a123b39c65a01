import { spawn } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { endMarked } from '../../generator/adapters/end-marked.ts';

function start(mark: string, script = 'echo up; exec sleep 60') {
  // In a session of its own, where no signal to a group finds it.
  const child = spawn('sh', ['-c', script], {
    detached: true,
    env: { ...process.env, TEST_MARK: mark },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  return { child, ended, up: new Promise((resolve) => child.stdout.once('data', resolve)) };
}

describe('processes that carry a mark', () => {
  test('are ended wherever they are, and others are not', async () => {
    const [one, other] = [start('mine'), start('mine-too')];
    await Promise.all([one.up, other.up]);
    await endMarked('TEST_MARK', 'mine');
    expect(await one.ended).toBe('SIGTERM');
    expect(other.child.exitCode).toBeNull();
    expect(other.child.signalCode).toBeNull();
    other.child.kill('SIGKILL');
    await other.ended;
  });

  test('are ended by force where they take no hint', async () => {
    const deaf = start('deaf', 'trap "" TERM; echo up; while :; do sleep 1; done');
    await deaf.up;
    await endMarked('TEST_MARK', 'deaf');
    expect(await deaf.ended).toBe('SIGKILL');
  });
});
