import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HashedComponent, ProjectSource, TaskContext } from '../../../generator/drivers/driver.ts';
import { createInfrastructureDriver } from '../../../generator/drivers/infrastructure/infrastructure-driver.ts';
import type { InfrastructureDriver } from '../../../generator/drivers/infrastructure/infrastructure-driver.ts';
import type { InfrastructureTools } from '../../../generator/drivers/infrastructure/infrastructure-tools.ts';
import { inputsOf } from '../../../generator/drivers/inputs-of.ts';
import { hashProject } from '../../../generator/hash/hash-project.ts';
import { loadProject } from '../../../generator/load/load-project.ts';
import { readLock } from '../../../generator/load/read-lock.ts';
import type { Observation } from '../../../generator/plan/plan.ts';
import type { Processes } from '../../../generator/ports/processes.ts';
import { commitFilesOf } from '../../fakes/commit-files.ts';
import { createMemoryCloud } from '../../fakes/memory-cloud.ts';
import type { MemoryCloud } from '../../fakes/memory-cloud.ts';
import { makeTemporaryFolder } from '../../fakes/temporary-folder.ts';

export const PROJECT = `project: shop
aws: { region: eu-central-1, accounts: ["123456789012"] }
ssh_keys: [ops/alice.pub]
amis:
  node:
    template: packer/node.pkr.hcl
    source: { owner: "136693071363", name: "debian-12-*" }
infrastructure:
  cluster: { deploy: ansible/deploy.yml, destroy: ansible/destroy.yml, amis: [node], variables: { nodes: 3 } }
`;

/** One run of a program, and the variables that it was told. */
export interface Ran {
  file: string;
  args: readonly string[];
  cwd: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  variables: string;
}

export interface InfrastructureFixture {
  source: ProjectSource;
  cluster: HashedComponent;
  cloud: MemoryCloud;
  driver: InfrastructureDriver;
  task: TaskContext;
  ran: Ran[];
  log: string[];
  /** What the playbook does; nothing, with success, by default. */
  onPlaybook: (does: (say: (line: string) => void) => number) => void;
  observe: () => Promise<Observation | undefined>;
  abort: () => void;
}

/** The driver's surroundings: EC2 in memory, an Ansible of a few lines, a clock that jumps. */
export function createInfrastructureFixture(
  files: Record<string, string> = {},
  tools: Partial<InfrastructureTools> = {},
): InfrastructureFixture {
  const source = loadSource(files);
  const hash = hashProject(source, inputsOf).get('infrastructure:cluster')?.hash ?? '';
  const cluster = { ...source.graph.get('infrastructure:cluster')!, hash };
  const cloud = createMemoryCloud();
  const ran: Ran[] = [];
  const log: string[] = [];
  const stop = new AbortController();
  let playbook: (say: (line: string) => void) => number = () => 0;
  const processes: Processes = {
    run: ({ file, args, cwd, env = {} }, options) => {
      const path = args.find((arg) => arg.startsWith('@'));
      ran.push({ file, args, cwd, env, variables: path ? readFileSync(path.slice(1), 'utf8') : '' });
      const code = playbook((line) => options?.onLine?.(line, 'stdout'));
      const ended = stop.signal.aborted ? { code: null, signal: 'SIGTERM' } : { code, signal: null };
      return Promise.resolve({ ...ended, stdout: '', stderr: '' });
    },
  };
  let now = Date.parse('2030-01-01T00:00:00Z');
  const folder = makeTemporaryFolder('infrastructure-');
  const driver = createInfrastructureDriver({
    cloud,
    processes,
    clock: { now: () => now, sleep: (time) => ((now += time), Promise.resolve()) },
    host: {
      identity: () => ({ run: 'mine', boot: 'this', pid: 'alive' }),
      isAlive: () => true,
      mark: () => ({ MILLRACE_OWNER: 'me' }),
      endOrphans: () => Promise.resolve(0),
    },
    endMarked: (name, value) => {
      log.push(`end: ${name} ${ran.at(-1)!.env[name] === value ? 'of the last' : value}`);
      return Promise.resolve();
    },
    environment: {},
    knownHosts: join(folder, 'git/known hosts'),
    ...tools,
  });
  const task: TaskContext = {
    source,
    artifacts: new Map([['ami:node', { id: 'ami-1', reference: 'ami-1' }]]),
    observation: { state: 'absent' },
    folder,
    exportFiles: (name, entries) => {
      log.push(`export: ${entries.map(({ path }) => path).join(' ')}`);
      mkdirSync(join(folder, name, 'ansible'), { recursive: true });
      return Promise.resolve(join(folder, name));
    },
    phase: (text) => log.push(`phase: ${text}`),
    log: (line) => log.push(line),
    signal: stop.signal,
  };
  return {
    ...{ source, cluster, cloud, driver, task, ran, log },
    onPlaybook: (does) => {
      playbook = does;
    },
    observe: async () => (await driver.observe([cluster], source)).get('infrastructure:cluster'),
    abort: () => stop.abort(),
  };
}

export function loadSource(files: Record<string, string> = {}): ProjectSource {
  const commit = commitFilesOf({
    'project.yaml': PROJECT,
    'project.lock.yaml': 'version: 1\namis: { node: { eu-central-1: ami-12345678 } }\n',
    'packer/node.pkr.hcl': '',
    'ansible/deploy.yml': '- hosts: localhost\n',
    'ansible/destroy.yml': '- hosts: localhost\n',
    'ops/alice.pub':
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbFwTCFZpTZYpZ0BlvYbFFEFAb1jNgPhHc7rEBXNbQ3 alice {{ x }}\n\n',
    ...files,
  });
  const { loaded, problems } = loadProject(commit);
  if (!loaded) throw new Error(JSON.stringify(problems));
  return {
    project: loaded.project,
    graph: loaded.graph,
    lock: readLock(commit),
    files: { ...commit, revision: 'f'.repeat(40) },
  };
}
