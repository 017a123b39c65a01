import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProcesses } from '../../generator/adapters/processes.ts';

const processes = createProcesses();
const node = process.execPath;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function script(text: string): { file: string; args: string[] } {
  return { file: node, args: ['-e', text] };
}

/** A zombie is dead: when its parent, or init in its place, collects it is not this program's doing. */
async function isAlive(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : 'gone) Z';
    if (/^.*\) [ZX]/s.test(stat)) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

describe('what a program says', () => {
  test('its exit code and both outputs come back whole', async () => {
    const result = await processes.run(script('console.log("ü\\n2"); console.error("no"); process.exit(3)'));
    expect(result).toEqual({ code: 3, signal: null, stdout: 'ü\n2\n', stderr: 'no\n' });
  });

  test('lines are handed on as they come, each with its stream, the last one without an end', async () => {
    const lines: string[] = [];
    await processes.run(script('process.stdout.write("a\\r\\nb\\n\\nc"); process.stderr.write("x\\n")'), {
      onLine: (line, stream) => lines.push(`${stream}:${line}`),
    });
    expect(lines.sort()).toEqual(['stderr:x', 'stdout:', 'stdout:a', 'stdout:b', 'stdout:c']);
  });

  test('of a large output the end is kept while every line is handed on', async () => {
    let count = 0;
    const small = createProcesses({ keepBytes: 1_000 });
    const result = await small.run(
      script('for (let i = 0; i < 50000; i++) process.stdout.write("ü line " + i + "\\n")'),
      { onLine: () => count++ },
    );
    expect(count).toBe(50_000);
    expect(Buffer.byteLength(result.stdout)).toBeLessThanOrEqual(1_000);
    expect(result.stdout.endsWith('ü line 49999\n')).toBe(true);
    expect(result.stdout).not.toContain('\ufffd');
  });

  test('argv reaches it as it is, no shell reads it', async () => {
    const args = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '$(id)', 'a b', "';", ''];
    const { stdout } = await processes.run({ file: node, args });
    expect(JSON.parse(stdout)).toEqual(['$(id)', 'a b', "';", '']);
  });

  test('its input is what was given, and the end of it where nothing was', async () => {
    const cat = { file: 'cat', args: [] };
    expect((await processes.run({ ...cat, input: 'hello' })).stdout).toBe('hello');
    expect((await processes.run(cat)).stdout).toBe('');
  });

  test('variables are added to the own ones, and undefined takes one away', async () => {
    process.env['MILLRACE_TEST_GONE'] = 'x';
    const env = { MILLRACE_TEST_GONE: undefined, MILLRACE_TEST_NEW: 'y' };
    const print =
      'console.log(process.env.MILLRACE_TEST_GONE, process.env.MILLRACE_TEST_NEW, !!process.env.PATH)';
    const { stdout } = await processes.run({ ...script(print), env, cwd: folder });
    delete process.env['MILLRACE_TEST_GONE'];
    expect(stdout).toBe('undefined y true\n');
  });
});

describe('a program that cannot be started', () => {
  test('is named, with what to do', async () => {
    await expect(processes.run({ file: 'no-such-program', args: [] })).rejects.toMatchObject({
      code: 'NO_PROGRAM',
      message: 'there is no program "no-such-program" on the PATH; install it, or mend the PATH',
    });
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'text');
    chmodSync(plain, 0o644);
    await expect(processes.run({ file: plain, args: [] })).rejects.toMatchObject({ code: 'NO_PROGRAM' });
  });

  test('for want of its folder is a bug, not the program’s absence', async () => {
    const run = processes.run({ ...script(''), cwd: join(folder, 'none') });
    await expect(run).rejects.not.toMatchObject({ code: 'NO_PROGRAM' });
  });
});

describe('ending a program', () => {
  test('a signal ends it and its children', async () => {
    const pidFile = join(folder, 'child.pid');
    const abort = new AbortController();
    const run = processes.run(
      { file: 'sh', args: ['-c', 'sleep 60 & echo $! > "$1"; echo ready; wait', 'sh', pidFile] },
      { signal: abort.signal, onLine: () => abort.abort() },
    );
    const result = await run;
    expect(result).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(await isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  test('it may clean up first', async () => {
    const abort = new AbortController();
    const { code, stdout } = await processes.run(
      script(
        'process.on("SIGTERM", () => { console.log("clean"); process.exit(4) }); setInterval(() => {}, 9); console.log("on")',
      ),
      { signal: abort.signal, onLine: () => abort.abort() },
    );
    expect({ code, stdout }).toEqual({ code: 4, stdout: 'on\nclean\n' });
  });

  test('one that does not listen is killed after the grace', async () => {
    const abort = new AbortController();
    const result = await processes.run(
      script('process.on("SIGTERM", () => {}); setInterval(() => {}, 9); console.log("on")'),
      { signal: abort.signal, graceSeconds: 0.3, onLine: () => abort.abort() },
    );
    expect(result.signal).toBe('SIGKILL');
  });

  test('a child that outlives an ended program and ignores the signal is killed, too', async () => {
    const pidFile = join(folder, 'stubborn.pid');
    const abort = new AbortController();
    const stubborn = 'trap "" TERM; while :; do sleep 0.05; done';
    await processes.run(
      {
        file: 'sh',
        args: ['-c', 'sh -c "$2" >/dev/null 2>&1 & echo $! > "$1"; echo on; wait', 'sh', pidFile, stubborn],
      },
      { signal: abort.signal, graceSeconds: 0.3, onLine: () => abort.abort() },
    );
    expect(await isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  test('nothing is started after the signal', async () => {
    const marker = join(folder, 'marker');
    const result = await processes.run({ file: 'touch', args: [marker] }, { signal: AbortSignal.abort() });
    expect(result.code).toBeNull();
    expect(() => readFileSync(marker)).toThrow();
  });

  test('a daemon that holds the outputs open does not hold up the result', async () => {
    // Else the test does not end in its time.
    const { code, stdout } = await processes.run({ file: 'sh', args: ['-c', 'sleep 300 & echo $!'] });
    expect(code).toBe(0);
    process.kill(Number(stdout), 'SIGKILL');
  });

  test('where this process exits, what it started goes with it', async () => {
    const pidFile = join(folder, 'orphan.pid');
    const module = new URL('../../generator/adapters/processes.ts', import.meta.url).href;
    const text = `
      const { createProcesses } = await import(${JSON.stringify(module)});
      const onLine = () => process.exit(9);
      await createProcesses().run(
        { file: 'sh', args: ['-c', 'echo $$ > "$1"; echo on; exec sleep 60', 'sh', ${JSON.stringify(pidFile)}] },
        { onLine },
      );`;
    const hook = new URL('../../bin/ts-node.mjs', import.meta.url).pathname;
    const { code } = await processes.run({
      file: node,
      args: ['--import', hook, '--input-type=module', '-e', text],
    });
    expect(code).toBe(9);
    expect(await isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });
});
