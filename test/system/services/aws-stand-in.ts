import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../generator/lab/free-port.ts';

/** moto's server: a stand-in for EC2 and STS that checks little; its account is fixed. */
export interface AwsStandIn {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  port: number;
  account: string;
  region: string;
  /** What programs need to reach it by themselves. */
  environment: Record<string, string>;
  /** Forgets everything that was made. */
  reset: () => Promise<void>;
  stop: () => Promise<void>;
}

export const STAND_IN_ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

/** Where script/setup puts the Python packages of test/requirements.txt; else whatever is on the PATH. */
export function pythonTool(name: string): string {
  const folders = [join(import.meta.dirname, '../../../target/python/bin')];
  folders.push(...(process.env['PATH'] ?? '').split(delimiter));
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`there is no ${name}; script/setup system installs it`);
  return found;
}

export async function startAwsStandIn(): Promise<AwsStandIn> {
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  // A test run that is killed takes it along.
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', pythonTool('moto_server'), '-H', '127.0.0.1', '-p', `${port}`],
    {
      stdio: 'ignore',
    },
  );
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`${endpoint}/moto-api/`).catch(() => undefined);
    if (answer?.ok) break;
    if (attempt > 300 || child.exitCode !== null) throw new Error('moto_server did not come up');
    await sleep(100);
  }
  return {
    endpoint,
    port,
    account: STAND_IN_ACCOUNT,
    region: REGION,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    reset: async () => {
      await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
    },
    stop: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
