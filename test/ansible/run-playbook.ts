import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonTool } from '../system/services/aws-stand-in.ts';
import type { TestMachine } from '../system/services/machine.ts';

const ANSIBLE = join(import.meta.dirname, '../../ansible');

/** A machine as Ansible's inventory knows it, with variables of its own. */
export interface Host {
  machine: Pick<TestMachine, 'address' | 'keyFile' | 'user'>;
  variables?: Record<string, unknown>;
}

export interface PlaybookRun {
  code: number | null;
  output: string;
  /** By host: what the last lines of the run say. */
  recap: Record<string, { ok: number; changed: number; unreachable: number; failed: number }>;
}

export interface PlaybookOptions {
  args?: readonly string[];
  variables?: Record<string, unknown>;
  environment?: Record<string, string>;
}

/**
 * Runs a playbook over SSH, as a workstation would, with the settings of ansible/ansible.cfg.
 * @param play path of a playbook, or the plays as values
 */
export async function runPlaybook(
  play: string | object[],
  hosts: Record<string, Host>,
  options: PlaybookOptions = {},
): Promise<PlaybookRun> {
  const folder = mkdtempSync(join(tmpdir(), 'playbook-'));
  try {
    const file = typeof play === 'string' ? play : join(folder, 'play.yml');
    if (typeof play !== 'string') writeFileSync(file, JSON.stringify(play));
    const inventory = join(folder, 'hosts.json');
    writeFileSync(inventory, JSON.stringify(makeInventory(folder, hosts)));
    const variables = join(folder, 'variables.json');
    writeFileSync(variables, JSON.stringify(options.variables ?? {}));
    mkdirSync(join(folder, 'control'));
    const args = ['-i', inventory, '-e', `@${variables}`, ...(options.args ?? []), file];
    const env = {
      ...process.env,
      ANSIBLE_CONFIG: join(ANSIBLE, 'ansible.cfg'),
      ANSIBLE_HOME: join(folder, 'home'),
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_SSH_CONTROL_PATH_DIR: join(folder, 'control'),
      ...options.environment,
    };
    const { code, output } = await collect(pythonTool('ansible-playbook'), args, env);
    return { code, output, recap: readRecap(output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One play over all hosts, as root, with a role. */
export function playRole(role: string, variables: Record<string, unknown> = {}): object[] {
  return [{ hosts: 'all', become: true, roles: [{ role, ...variables }] }];
}

function makeInventory(folder: string, hosts: Record<string, Host>): object {
  const entries = Object.entries(hosts).map(([name, { machine, variables }]) => {
    const connection = {
      ansible_host: machine.address,
      ansible_user: machine.user,
      ansible_ssh_private_key_file: machine.keyFile,
      ansible_ssh_common_args: `-F none -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${folder}/known_hosts`,
      ansible_python_interpreter: '/usr/bin/python3',
    };
    return [name, { ...connection, ...variables }];
  });
  return { all: { hosts: Object.fromEntries(entries) as object } };
}

async function collect(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output };
}

function readRecap(output: string): PlaybookRun['recap'] {
  const lines = output.slice(output.lastIndexOf('PLAY RECAP')).split('\n').slice(1);
  const recap: PlaybookRun['recap'] = {};
  for (const line of lines) {
    const found = /^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/.exec(line);
    if (found === null) continue;
    const [ok = 0, changed = 0, unreachable = 0, failed = 0] = found.slice(2).map(Number);
    recap[found[1]!] = { ok, changed, unreachable, failed };
  }
  return recap;
}
