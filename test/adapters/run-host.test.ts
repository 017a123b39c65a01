import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRunHost } from '../../generator/adapters/run-host.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function startSleep(env: Record<string, string>): ChildProcess {
  const child = spawn('sleep', ['60'], { env, stdio: 'ignore' });
  started.push(child);
  return child;
}

test('every run has an id of its own; boot and process are the same for all that look', () => {
  const [one, other] = [createRunHost().identity(), createRunHost().identity()];
  expect(one.run).toMatch(/^[0-9a-f]{16}$/);
  expect(one.run).not.toBe(other.run);
  expect({ ...one, run: '' }).toEqual({ ...other, run: '' });
});

test('this process is alive; one that has ended, or had the number before, is not', async () => {
  const host = createRunHost();
  const [namespace, pid, start] = host.identity().pid.split(':');
  expect(host.isAlive(`${namespace}:${pid}:${start}`)).toBe(true);
  expect(host.isAlive(`${namespace}:${pid}:${Number(start) - 1}`)).toBe(false);
  const ended = spawn('true', { stdio: 'ignore' });
  await once(ended, 'exit');
  expect(host.isAlive(`${namespace}:${ended.pid}:${start}`)).toBe(false);
});

test('a process of another container, or in words of nobody’s, cannot be seen', () => {
  const host = createRunHost();
  const [namespace] = host.identity().pid.split(':');
  for (const pid of ['1:2:3', `${namespace}:x:1`, '', 'unknown:12', `${namespace}`])
    expect(host.isAlive(pid)).toBeUndefined();
});

test('where there is no /proc, a boot is like no other, and nobody is called dead', () => {
  const [one, other] = [createRunHost('/nonexistent/'), createRunHost('/nonexistent/')];
  expect(one.identity().boot).not.toBe(other.identity().boot);
  expect(other.isAlive(one.identity().pid)).toBeUndefined();
});

test('programs that outlived their run are ended; those of this run and of anybody else are not', async () => {
  const host = createRunHost();
  const [[name, mark] = ['', '']] = Object.entries(host.mark());
  const [namespace] = host.identity().pid.split(':');
  const gone = spawn('true', { stdio: 'ignore' });
  await once(gone, 'exit');
  const orphan = startSleep({ [name]: `${host.identity().boot}/${namespace}:${gone.pid}:1` });
  const others = [
    startSleep({ [name]: mark }),
    startSleep({}),
    startSleep({ [name]: `other-boot/${namespace}:${gone.pid}:1` }),
    startSleep({ [name]: `${host.identity().boot}/1:${gone.pid}:1` }),
  ];
  const exit = once(orphan, 'exit');
  expect(await host.endOrphans()).toBeGreaterThanOrEqual(1);
  expect((await exit)[1]).toBe('SIGKILL');
  for (const child of others) expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toMatch(/\) [SR] /);
});
