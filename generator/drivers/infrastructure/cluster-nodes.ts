import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { plainPath } from '../../hash/path-inputs.ts';
import { componentId } from '../../model/component.ts';
import type { TreeEntry } from '../../model/commit-files.ts';
import { UserError } from '../../model/user-error.ts';
import type { CloudMachine, CloudResources } from '../../ports/cloud-resources.ts';
import type { ClusterNode, ClusterNodes } from '../../ports/cluster-nodes.ts';
import type { Processes } from '../../ports/processes.ts';
import type { ProjectSource } from '../driver.ts';
import { INSIDE_NODE } from '../handover/hand-over-names.ts';
import { splitSweep } from './fingerprint.ts';
import type { LiveInfrastructure } from './fingerprint.ts';
import { infrastructureEntries } from './inputs.ts';
import { readInventoryNodes } from './inventory-nodes.ts';
import { playbookEnvironment } from './playbook-environment.ts';
import { userOf } from './ssh-access.ts';
import { TAG } from './tags.ts';

export interface NodeTools {
  project: ProjectSource['project'];
  /** Undefined where project.yaml has no `aws:`. */
  cloud?: Pick<CloudResources, 'sweep'>;
  processes: Processes;
  environment: Readonly<Record<string, string | undefined>>;
  /** The commit that inventories are read from. */
  loadSource: () => Promise<ProjectSource>;
  /** Makes exactly these files in a new folder, hands it on, and removes it. */
  withExport: <Value>(
    entries: readonly TreeEntry[],
    use: (folder: string) => Promise<Value>,
  ) => Promise<Value>;
}

/** Each infrastructure is looked for once: who asks again is told the same, unless they ask for it anew. */
export function createClusterNodes(tools: NodeTools): ClusterNodes {
  const known = new Map<string, Promise<ClusterNode[] | undefined>>();
  return {
    find: (name, anew = false) => {
      const found = (anew ? undefined : known.get(name)) ?? findNodes(name, tools);
      known.set(name, found);
      // What could not be asked is asked again, and what is not there yet may come.
      found.then(
        (nodes) => nodes?.length || known.delete(name),
        () => known.delete(name),
      );
      return found;
    },
    isPending: async (name) => {
      const live = await findLive(name, tools);
      return live?.networks.some(({ tags }) => tags[TAG.pending] !== undefined) ?? false;
    },
  };
}

async function findLive(
  name: string,
  { cloud, project }: NodeTools,
): Promise<LiveInfrastructure | undefined> {
  const sweep = await cloud?.sweep(project.project);
  return sweep && splitSweep(sweep).get(name);
}

async function findNodes(name: string, tools: NodeTools): Promise<ClusterNode[] | undefined> {
  const infrastructure = tools.project.infrastructure[name];
  if (infrastructure?.hosts !== undefined) return findHosts(name, plainPath(infrastructure.hosts), tools);
  const live = await findLive(name, tools);
  if (!live || live.networks.length === 0) return undefined;
  const user = userOf(infrastructure);
  const isInside = (tools.environment[INSIDE_NODE] ?? '') !== '';
  return live.machines
    .filter(({ tags, state }) => state === 'running' && tags[TAG.role] === 'node')
    .sort(longestFirst)
    .flatMap(({ id, publicAddress, privateAddress }) => {
      const address = isInside ? privateAddress : (publicAddress ?? privateAddress);
      return address === undefined ? [] : [{ id, address, port: 22, user }];
    });
}

/** The first machines of a cluster are its managers. */
function longestFirst(a: CloudMachine, b: CloudMachine): number {
  if (a.launched !== b.launched) return a.launched < b.launched ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

async function findHosts(name: string, hosts: string, tools: NodeTools): Promise<ClusterNode[]> {
  const source = await tools.loadSource();
  const id = componentId('infrastructure', name);
  const entries = infrastructureEntries(source.graph.get(id)!, source);
  const playbook = plainPath(source.project.infrastructure[name]!.deploy);
  return tools.withExport(entries, async (folder) => {
    const cwd = join(folder, posix.dirname(playbook));
    const configuration = join(cwd, 'ansible.cfg');
    const own = existsSync(configuration) ? configuration : undefined;
    const result = await tools.processes.run({
      file: 'ansible-inventory',
      args: ['-i', join(folder, hosts), '--list'],
      cwd,
      env: playbookEnvironment(tools.environment, own, undefined),
    });
    if (result.code === 0) return readInventoryNodes(result.stdout, hosts);
    const said = result.stderr.split('\n').find((line) => line.trim() !== '') ?? 'it ended without a word';
    throw new UserError('BAD_INVENTORY', `${id}: ansible-inventory cannot read ${hosts}: ${said.trim()}`);
  });
}
