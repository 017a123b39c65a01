import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AmiTools } from '../../../generator/drivers/ami/ami-tools.ts';
import type { HashedComponent, ProjectSource, TaskContext } from '../../../generator/drivers/driver.ts';
import { hashProject } from '../../../generator/hash/hash-project.ts';
import { inputsOf } from '../../../generator/drivers/inputs-of.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { readLock } from '../../../generator/load/read-lock.ts';
import type { CommandResult, Processes } from '../../../generator/ports/processes.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import { createMemoryEc2 } from '../../fakes/memory-ec2.ts';
import type { MemoryEc2 } from '../../fakes/memory-ec2.ts';
import { makeTemporaryFolder } from '../../fakes/temporary-folder.ts';

export const PROJECT = `project: shop
aws: { region: eu-central-1, accounts: ["123456789012"] }
amis:
  node:
    template: packer/node.pkr.hcl
    source: { owner: "136693071363", name: "debian-12-*" }
`;
const VARIABLES = [
  'source_ami',
  'ami_name',
  'region',
  'ssh_keypair_name',
  'ssh_private_key_file',
  'security_group_id',
];
export const TEMPLATE = [
  ...VARIABLES.map((name) => `variable "${name}" {\n  type = string\n}`),
  ...['tags', 'run_tags'].map((name) => `variable "${name}" {\n  type = map(string)\n}`),
].join('\n');

/** One command that was run, and what its program was told in files. */
export interface Ran {
  file: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string | undefined;
}

export interface AmiFixture {
  source: ProjectSource;
  component: HashedComponent;
  name: string;
  ec2: MemoryEc2;
  tools: AmiTools;
  task: TaskContext;
  ran: Ran[];
  log: string[];
  /** What Packer does when it is told to build; it succeeds in making nothing by default. */
  onBuild: (
    does: (variables: Record<string, unknown>, say: (line: string) => void) => Promise<number> | number,
  ) => void;
  abort: () => void;
}

/** The driver's surroundings: EC2 in memory, a Packer of a few lines, a clock that jumps. */
export function createAmiFixture(files: Record<string, string> = {}, version = '1.6.6'): AmiFixture {
  const commit = commitFilesOf({
    'project.yaml': PROJECT,
    'project.lock.yaml': 'version: 1\namis: { node: { eu-central-1: ami-12345678 } }\n',
    'packer/node.pkr.hcl': TEMPLATE,
    ...files,
  });
  const { loaded, problems } = loadProject(commit);
  if (!loaded) throw new Error(JSON.stringify(problems));
  const { project, graph } = loaded;
  const source: ProjectSource = { project, graph, lock: readLock(commit), files: commit };
  const hashed = hashProject(source, inputsOf).get('ami:node')!;
  const component = { ...source.graph.get('ami:node')!, ...hashed };
  const ec2 = createMemoryEc2();
  const ran: Ran[] = [];
  const log: string[] = [];
  const stop = new AbortController();
  let build: Parameters<AmiFixture['onBuild']>[0] = () => 0;
  const processes: Processes = {
    run: async ({ file, args, env = {}, cwd }, options): Promise<CommandResult> => {
      ran.push({ file, args, env, cwd });
      const stdout = args[0] === 'version' ? `Packer v${version}\n` : '';
      const code =
        args[0] === 'build'
          ? await build(await readVariables(args), (line) => options?.onLine?.(line, 'stdout'))
          : 0;
      return { code, signal: null, stdout, stderr: '' };
    },
  };
  let now = Date.parse('2030-01-01T00:00:00Z');
  const tools: AmiTools = {
    images: ec2,
    processes,
    clock: {
      now: () => now,
      sleep: (milliseconds, signal) => {
        if (signal?.aborted) return Promise.reject(new Error('aborted'));
        now += milliseconds;
        return new Promise((resolve) => setImmediate(resolve));
      },
    },
    host: {
      identity: () => ({ run: 'mine', boot: 'this', pid: 'alive' }),
      isAlive: (pid) => pid.startsWith('alive'),
      mark: () => ({ MILLRACE_OWNER: 'me' }),
      endOrphans: () => Promise.resolve(0),
    },
    environment: {},
  };
  const folder = makeTemporaryFolder('ami-');
  const task: TaskContext = {
    source,
    artifacts: new Map(),
    observation: { state: 'absent' },
    folder,
    exportFiles: (name) => {
      mkdirSync(join(folder, name));
      return Promise.resolve(join(folder, name));
    },
    phase: (text) => log.push(`phase: ${text}`),
    log: (line) => log.push(line),
    signal: stop.signal,
  };
  return {
    ...{ source, component, ec2, tools, task, ran, log },
    name: `shop-node-${hashed.hash}`,
    onBuild: (does) => {
      build = does;
    },
    abort: () => stop.abort(),
  };
}

async function readVariables(args: readonly string[]): Promise<Record<string, unknown>> {
  const { readFile } = await import('node:fs/promises');
  const path = args.find((arg) => arg.startsWith('-var-file='))!.slice('-var-file='.length);
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}
