import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labTraces } from './services/lab-traces.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Where the demo and its labs put everything. */
let folder: string;
let demo: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
});
afterEach(() => {
  if (demo?.exitCode === null) process.kill(-demo.pid!, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The demo's folder and its lab's; what ts-node keeps for its next start is nobody's. */
const made = (): string[] => readdirSync(folder).filter((name) => name.startsWith('millrace-'));

/** A process group of its own, as a terminal gives it. */
function startDemo(...args: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '', TMPDIR: folder };
  const child = spawn('script/demo', args, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  demo = child;
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      child.emit('said');
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const saying = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (said.includes(text)) resolve();
      };
      child.on('said', look);
      child.once('close', () => reject(new Error(`it ended without a word of ${text}:\n${said}`)));
    });
  return { said: () => said, saying, ended, interrupt: () => process.kill(-child.pid!, 'SIGINT') };
}

test('a demo that somebody interrupts while its lab is up leaves nothing, and says so', async () => {
  const { said, saying, ended, interrupt } = startDemo('shop');
  await saying('engine    up');
  expect(made()).toHaveLength(2);
  expect(labTraces(folder)).not.toEqual([folder]);
  interrupt();
  expect({ code: await ended, said: said() }).toEqual({
    code: 130,
    said: expect.stringContaining('Nothing is left'),
  });
  expect(made()).toEqual([]);
  expect(labTraces(folder)).toEqual([folder]);
});

test('a part that there is not is refused in one line that names those that there are', async () => {
  const { said, ended } = startDemo('shops');
  expect(await ended).toBe(1);
  expect(said()).toBe("script/demo: unknown argument 'shops'; there are --yes, shop, cluster and platform\n");
});
