import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { completeVolumes } from '../../../generator/lab/front/complete-answer.ts';
import { startFaultProxy } from '../../fakes/fault-proxy.ts';
import type { FaultProxy, FaultRule } from '../../fakes/fault-proxy.ts';
import { nameAction } from './aws-actions.ts';
import { pythonTool, startAwsStandIn } from './aws-stand-in.ts';
import type { AwsStandIn } from './aws-stand-in.ts';

/** How a playbook ended. */
export interface PlaybookEnd {
  code: number | null;
  /** Everything it said. */
  output: string;
  /** Of the recap's line of localhost; -1 where it was killed. */
  changed: number;
  /** What each `fatal:` line says, parsed. */
  failures: string[];
}

/** AWS's stand-in behind a proxy that sees each request, and the platform's playbooks as they are now. */
export interface PlaybookWorld {
  aws: AwsStandIn;
  proxy: FaultProxy;
  run: (playbook: string, variables: object, options?: { stopAfter?: number }) => Promise<PlaybookEnd>;
  /** What was asked of AWS since the last call, in order, as policies name it: `ec2:RunInstances`. */
  takeActions: () => string[];
  stop: () => Promise<void>;
}

const ROOT = join(import.meta.dirname, '../../..');

/** What EC2 answers for a volume made from nothing is an empty id; the stand-in leaves it out, and modules fail. */
const VOLUMES: FaultRule = {
  body: /Action=DescribeVolumes(?:&|$)/,
  times: Infinity,
  fault: {
    kind: 'edit',
    body: (before) => completeVolumes(before.toString('utf8')),
  },
};

export async function startPlaybookWorld(): Promise<PlaybookWorld> {
  const aws = await startAwsStandIn();
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: aws.port });
  proxy.inject(VOLUMES);
  const folder = mkdtempSync(join(tmpdir(), 'playbooks-'));
  cpSync(join(ROOT, 'ansible'), join(folder, 'ansible'), { recursive: true });
  return {
    aws,
    proxy,
    run: (playbook, variables, { stopAfter = -1 } = {}) => {
      const file = join(folder, 'variables.json');
      writeFileSync(file, JSON.stringify(variables), { mode: 0o600 });
      return runPlaybook(join(folder, 'ansible'), [playbook, '-e', `@${file}`], {
        ...aws.environment,
        AWS_ENDPOINT_URL: `http://${proxy.address}`,
        ANSIBLE_CALLBACK_PLUGINS: join(ROOT, 'test/ansible/callback_plugins'),
        ANSIBLE_CALLBACKS_ENABLED: 'stop_after',
        STOP_AFTER: `${stopAfter}`,
      });
    },
    takeActions: () => {
      const actions = proxy.requests.map(nameAction);
      proxy.requests.length = 0;
      return actions;
    },
    stop: async () => {
      await proxy.stop();
      await aws.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param folder of the playbooks, whose ansible.cfg is read there */
async function runPlaybook(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<PlaybookEnd> {
  const program = pythonTool('ansible-playbook');
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      HOME: process.env['HOME'] ?? '/root',
      PATH: `${dirname(program)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      LANG: 'C.UTF-8',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_CALLBACK_RESULT_FORMAT: 'json',
      ANSIBLE_DEPRECATION_WARNINGS: 'false',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const [, changed = '-1'] = /^localhost +: ok=\d+ +changed=(\d+)/m.exec(output) ?? [];
  return { code, output, changed: Number(changed), failures: readFailures(output) };
}

/** Of the default callback, with results as JSON of one line or several. */
function readFailures(output: string): string[] {
  return [...output.matchAll(/^fatal: \[[^\]]*\]: [A-Z]+! => (\{[\s\S]*?^\}|\{.*\})$/gm)].map(
    ([, json]) => (JSON.parse(json!) as { msg: string }).msg,
  );
}
