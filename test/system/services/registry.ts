import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../generator/lab/free-port.ts';

/** The real registry (Debian's docker-registry) on the loopback. */
export interface RunningRegistry {
  /** `127.0.0.1:PORT`, as it stands in an image reference. */
  address: string;
  port: number;
  /** Holds its configuration, `registry.log` and, below `storage`, what was pushed. */
  folder: string;
  readLog: () => string;
  /** Ends the program; what was pushed stays for `resume`. */
  halt: () => Promise<void>;
  /** Starts it again on the same port, with what was pushed. */
  resume: () => Promise<void>;
  /** Ends the program and removes its folder. */
  stop: () => Promise<void>;
}

/** The one user of a registry that was started with `password: true`. */
export const REGISTRY_USER = { username: 'pusher', password: 'push-secret' } as const;
const HTPASSWD = 'pusher:$2y$05$abcdefghijklmnopqrstuu6/o48Bl0qAFcpj1iOHd6o2aIZp2WjD2\n';

/** @param options `password`: everything needs REGISTRY_USER (Basic) */
export async function startRegistry(options: { password?: boolean } = {}): Promise<RunningRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-registry-'));
  const port = await findFreePort();
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
  writeFileSync(join(folder, 'config.yml'), configure(folder, port, options.password === true));
  let child = await launch(folder, port);
  return {
    address: `127.0.0.1:${port}`,
    port,
    folder,
    readLog: () => readFileSync(join(folder, 'registry.log'), 'utf8'),
    halt: () => end(child),
    async resume() {
      await end(child);
      child = await launch(folder, port);
    },
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** JSON is YAML, and quotes every path rightly. No cache of blobs: a delete is seen at once. */
function configure(folder: string, port: number, password: boolean): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: false } },
    storage: {
      filesystem: { rootdirectory: join(folder, 'storage') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: `127.0.0.1:${port}` },
    ...(password ? { auth: { htpasswd: { realm: 'millrace-test', path: join(folder, 'htpasswd') } } } : {}),
  });
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const log = openSync(join(folder, 'registry.log'), 'a');
  // A test run that is killed takes its registry along.
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'docker-registry', 'serve', join(folder, 'config.yml')],
    { stdio: ['ignore', log, log], env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' } },
  );
  closeSync(log);
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  failed.catch(() => undefined);
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await Promise.race([fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined), failed]);
    if (answer !== undefined) {
      await answer.arrayBuffer();
      return child;
    }
    await sleep(50);
  }
  await end(child);
  throw new Error(
    `docker-registry did not come up:\n${readFileSync(join(folder, 'registry.log'), 'utf8').slice(-2000)}`,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
