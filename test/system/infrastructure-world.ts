import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createClock } from '../../generator/adapters/clock.ts';
import { createProcesses } from '../../generator/adapters/processes.ts';
import { describeThisRun } from '../../generator/adapters/this-run.ts';
import { openCommit } from '../../generator/cli/open-commit.ts';
import type { OpenedCommit } from '../../generator/cli/open-commit.ts';
import { openInfrastructureDriver } from '../../generator/cli/open-infrastructure-driver.ts';
import type { InfrastructureDriver } from '../../generator/drivers/infrastructure/infrastructure-driver.ts';
import type {
  HashedComponent,
  ProjectSource,
  RemovalContext,
  TaskContext,
} from '../../generator/drivers/driver.ts';
import { completeVolumes } from '../../generator/lab/front/complete-answer.ts';
import type { ComponentId } from '../../generator/model/component.ts';
import type { Observation, Running } from '../../generator/plan/plan.ts';
import { startFaultProxy } from '../fakes/fault-proxy.ts';
import type { FaultProxy, FaultRule } from '../fakes/fault-proxy.ts';
import { SOURCE_AMI, actionOf } from './services/ami-world.ts';
import { pythonTool, startAwsStandIn } from './services/aws-stand-in.ts';
import type { AwsStandIn } from './services/aws-stand-in.ts';
import { openRepository } from './services/cli-run.ts';
import type { Repository } from './services/cli-run.ts';

/** AWS's stand-in behind a proxy that counts, and repositories whose infrastructure is the platform's playbooks. */
export interface InfrastructureWorld {
  aws: AwsStandIn;
  proxy: FaultProxy;
  /** Of the repositories; removed at the end. */
  folder: string;
  /** The platform's playbooks as a project of that name, in a repository of its own. */
  open: (project: string) => InfrastructureProject;
  /** The same with playbooks of a few tasks. */
  openSmall: (
    project: string,
    choices?: { accounts?: string; deploy?: string; destroy?: string },
  ) => InfrastructureProject;
  /** Forgets requests and faults. */
  clear: () => void;
  /** What came in since the proxy was cleared: AWS's names of the actions. */
  actions: () => string[];
  /** Those that change something. */
  mutations: () => string[];
  stop: () => Promise<void>;
}

export interface InfrastructureProject {
  repository: Repository;
  /** The commit as it is now, with a driver. */
  load: () => Promise<LoadedProject>;
}

export interface LoadedProject {
  opened: OpenedCommit;
  source: ProjectSource;
  driver: InfrastructureDriver;
  cluster: HashedComponent;
  log: string[];
  phases: string[];
  /** Ends what the driver does, as Ctrl-C would. */
  abort: () => void;
  /** What a driver is handed, but for what is observed. */
  task: (folder: string) => Omit<TaskContext, 'observation'>;
  observe: () => Promise<Observation>;
  /** @throws where it does not run */
  running: () => Promise<Running>;
  deploy: () => Promise<void>;
  remove: (id?: ComponentId, keep?: RemovalContext['keep']) => Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbFwTCFZpTZYpZ0BlvYbFFEFAb1jNgPhHc7rEBXNbQ3 alice {{ nobody }}\n';

function projectYaml(project: string, region: string, account: string): string {
  return `project: ${project}
aws: { region: ${region}, accounts: ["${account}"] }
ssh_keys: [ops/alice.pub]
amis:
  cluster-node:
    template: packer/node.pkr.hcl
    source: { owner: "136693071363", name: "debian-12-*" }
infrastructure:
  cluster:
    deploy: ansible/deploy.yml
    destroy: ansible/destroy.yml
    amis: [cluster-node]
    variables: { ssh_from: [203.0.113.0/24], nodes: 3, cluster_plays: false, note: "{{ nobody }}" }
`;
}

/** A network and a group, by the rules that the driver sets: pending first, the hash last. */
export function smallDeploy(between = ''): string {
  return `- name: Make a network
  hosts: localhost
  gather_facts: false
  vars:
    own: { "millrace:project": "{{ project }}", "millrace:component": "{{ component }}" }
  tasks:
    - name: Make the network
      amazon.aws.ec2_vpc_net:
        name: "{{ project }}"
        cidr_block: 172.31.0.0/16
        region: "{{ region }}"
        tags: "{{ own | combine({'millrace:pending': component_hash}) }}"
        purge_tags: false
      register: network
    - name: Make the group
      amazon.aws.ec2_security_group:
        name: "{{ project }}-public"
        description: Nobody
        vpc_id: "{{ network.vpc.id }}"
        region: "{{ region }}"
        rules: []
        tags: "{{ own }}"
${between}    - name: Write the hash
      amazon.aws.ec2_tag:
        resource: "{{ network.vpc.id }}"
        region: "{{ region }}"
        tags: { "millrace:hash": "{{ component_hash }}" }
    - name: Take the mark away
      amazon.aws.ec2_tag:
        resource: "{{ network.vpc.id }}"
        region: "{{ region }}"
        tags: { "millrace:pending": "{{ component_hash }}" }
        state: absent
`;
}

export const SMALL_DESTROY = `- name: Remove the network
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Find the network
      amazon.aws.ec2_vpc_net_info:
        region: "{{ region }}"
        filters: { "tag:millrace:project": "{{ project }}", "tag:millrace:component": "{{ component }}" }
      register: found
    - name: Remove the group
      amazon.aws.ec2_security_group:
        name: "{{ project }}-public"
        vpc_id: "{{ item.vpc_id }}"
        region: "{{ region }}"
        state: absent
      loop: "{{ found.vpcs }}"
    - name: Remove the network
      amazon.aws.ec2_vpc_net:
        vpc_id: "{{ item.vpc_id }}"
        region: "{{ region }}"
        state: absent
      loop: "{{ found.vpcs }}"
`;

/** What EC2 answers for a volume made from nothing is an empty id; the stand-in leaves it out, and modules fail. */
const VOLUMES: FaultRule = {
  body: /Action=DescribeVolumes(?:&|$)/,
  times: Infinity,
  fault: {
    kind: 'edit',
    body: (before) => completeVolumes(before.toString('utf8')),
  },
};

export async function startInfrastructureWorld(): Promise<InfrastructureWorld> {
  const aws = await startAwsStandIn();
  const upstream = { host: '127.0.0.1', port: aws.port };
  // EC2 makes one key pair of a name. The stand-in makes two where two ask in the same instant.
  const proxy = await startFaultProxy(upstream, { oneAtATime: /Action=ImportKeyPair/ });
  const folder = mkdtempSync(join(tmpdir(), 'infrastructure-world-'));
  const clear = (): void => {
    proxy.clear();
    proxy.inject(VOLUMES);
  };
  clear();
  const actions = (): string[] => proxy.requests.map(actionOf);
  // The clients of this process, and the playbooks that it starts.
  Object.assign(process.env, aws.environment, { AWS_ENDPOINT_URL: `http://${proxy.address}` });
  process.env['PATH'] = `${dirname(pythonTool('ansible-playbook'))}${delimiter}${process.env['PATH']}`;
  return {
    aws,
    proxy,
    folder,
    open: (project) => {
      const root = join(folder, project);
      cpSync(join(ROOT, 'ansible'), join(root, 'ansible'), { recursive: true });
      return openProject(root, { 'project.yaml': projectYaml(project, aws.region, aws.account) });
    },
    openSmall: (project, { accounts = aws.account, deploy = smallDeploy(), destroy = SMALL_DESTROY } = {}) =>
      openProject(join(folder, project), {
        'project.yaml': projectYaml(project, aws.region, accounts),
        'ansible/deploy.yml': deploy,
        'ansible/destroy.yml': destroy,
      }),
    clear,
    actions,
    mutations: () => actions().filter((action) => !/^(?:Describe|Get|List|AssumeRole)/.test(action)),
    stop: async () => {
      await proxy.stop();
      await aws.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openProject(folder: string, files: Record<string, string>): InfrastructureProject {
  mkdirSync(join(folder, 'packer'), { recursive: true });
  cpSync(join(ROOT, 'packer/cluster-node.pkr.hcl'), join(folder, 'packer/node.pkr.hcl'));
  const repository = openRepository(folder);
  repository.git('init', '-q', '-b', 'main');
  repository.commit({
    'project.lock.yaml': `version: 1\namis: { cluster-node: { eu-central-1: ${SOURCE_AMI} } }\n`,
    'ops/alice.pub': KEY,
    ...files,
  });
  return { repository, load: () => loadProject(folder) };
}

async function loadProject(root: string): Promise<LoadedProject> {
  const opened = await openCommit({ root, env: {} });
  const { source, hashes } = await opened.load();
  const log: string[] = [];
  const phases: string[] = [];
  const stop = new AbortController();
  const driver = openInfrastructureDriver({
    project: source.project,
    env: process.env,
    note: (text) => log.push(text),
    clock: createClock(),
    processes: createProcesses(),
    run: describeThisRun(),
    root,
    opened,
  });
  const graph = source.graph.get('infrastructure:cluster');
  const cluster = { ...graph!, hash: hashes.get('infrastructure:cluster')?.hash ?? '' };
  const observe = async (id: ComponentId = 'infrastructure:cluster'): Promise<Observation> =>
    (await driver.observe(graph ? [cluster] : [], source)).get(id) ?? { state: 'absent' };
  const taskIn = (folder: string): Omit<TaskContext, 'observation'> => ({
    source,
    folder,
    artifacts: new Map([['ami:cluster-node', { id: SOURCE_AMI, reference: SOURCE_AMI }]]),
    exportFiles: async (name, entries) => {
      await opened.repository.exportFiles(entries, join(folder, name));
      return join(folder, name);
    },
    phase: (text) => phases.push(text),
    log: (line) => log.push(line),
    signal: stop.signal,
  });
  const inFolder = async <Value>(use: (task: TaskContext) => Promise<Value>): Promise<Value> => {
    const folder = mkdtempSync(join(tmpdir(), 'infrastructure-task-'));
    try {
      return await use({ ...taskIn(folder), observation: await observe() });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return {
    ...{ opened, source, driver, cluster, log, phases, observe },
    task: taskIn,
    abort: () => stop.abort(),
    running: async () => {
      const found = await observe();
      if (found.state !== 'running') throw new Error(`it is ${found.state}`);
      return found;
    },
    deploy: () => inFolder((task) => driver.deploy(cluster, task)),
    remove: (id = 'infrastructure:cluster', keep = new Set()) =>
      inFolder((task) => driver.remove(id, { ...task, keep })),
  };
}
