import { readLocalDisk, readRemoteDisk } from '../adapters/disk-space.ts';
import { openEngine } from '../adapters/engine/open-engine.ts';
import { emptyNodeReport } from '../drivers/stack/node-keep.ts';
import type { NodeKeep, NodeReport } from '../drivers/stack/node-keep.ts';
import { lookAtSwarm, servicesOf } from '../drivers/stack/look-at-swarm.ts';
import { JOB, pruneByJob } from '../drivers/stack/node-job.ts';
import type { NodeJobWork } from '../drivers/stack/node-job.ts';
import { pruneNode } from '../drivers/stack/prune-node.ts';
import { isLabWithoutMachines } from '../drivers/lab-without-machines.ts';
import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import { UserError } from '../model/user-error.ts';
import type { ClusterNode } from '../ports/cluster-nodes.ts';
import type { Engine } from '../ports/engine.ts';
import type { NodeMachine } from '../ports/node-machine.ts';
import type { Clusters } from './open-cluster-drivers.ts';
import { knownHostsFile } from './open-infrastructure-driver.ts';
import { isOnNode } from './on-node.ts';
import type { WorldSettings } from './open-world.ts';
import type { PlacedSwarm } from './places-to-prune.ts';

/** The service whose image the tools are in. */
const TOOLS = 'deploy-1';

interface Request {
  swarms: readonly PlacedSwarm[];
  keep: NodeKeep;
  dryRun: boolean;
}

interface Settings extends WorldSettings {
  root: string;
  clusters: Pick<Clusters, 'nodes' | 'openTunnel'> | undefined;
}

/** One node after the other: cleaning loads the disk of each. One that does not answer is told of, and holds up no other. */
export async function pruneNodes(request: Request, settings: Settings): Promise<NodeReport[]> {
  const reports: NodeReport[] = [];
  for (const swarm of request.swarms) {
    const tools = isOnNode(settings.env) ? await findTools(swarm, settings) : undefined;
    if (tools) {
      const work = { engine: swarm.engine, clock: settings.clock, ...tools };
      reports.push(...(await pruneByJob(work, request.keep, request.dryRun)));
      continue;
    }
    const machines = swarm.place === undefined ? undefined : await settings.clusters?.nodes.find(swarm.place);
    if (!machines || isLabWithoutMachines(settings.env)) reports.push(await pruneHere(swarm.engine, request));
    else for (const node of machines) reports.push(await pruneThere(node, request, settings));
  }
  return reports;
}

/** The image of the project's agents, which has this program, and the socket that they have: a build reaches no other node by SSH. */
async function findTools(
  { engine }: PlacedSwarm,
  { project }: Settings,
): Promise<Pick<NodeJobWork, 'image' | 'socket'> | undefined> {
  const services = servicesOf(await lookAtSwarm(engine, project.project), project.project, JENKINS_STACK);
  const container = services.get(TOOLS)?.Spec.TaskTemplate.ContainerSpec as
    { Image: string; Mounts?: { Source: string; Target: string }[] | null } | undefined;
  if (!container) return undefined;
  const mount = container.Mounts?.find(({ Target }) => Target === JOB.socket);
  return { image: container.Image, socket: mount?.Source ?? JOB.socket };
}

/** The engine at hand; where it is another machine's, its disk cannot be told. */
async function pruneHere(engine: Engine, { keep, dryRun }: Request): Promise<NodeReport> {
  const { Name, DockerRootDir } = (await engine.get('/info')) as { Name: string; DockerRootDir: string };
  const isHere = engine.host.startsWith('unix:');
  const machine: NodeMachine = {
    name: Name,
    engine,
    readDisk: () => (isHere ? readLocalDisk(DockerRootDir) : Promise.resolve(undefined)),
  };
  return pruneNode(machine, keep, dryRun);
}

async function pruneThere(
  node: ClusterNode,
  { keep, dryRun }: Request,
  settings: Settings,
): Promise<NodeReport> {
  const { processes, project, env, root, clusters } = settings;
  const keyFile = env['MILLRACE_SSH_KEY'];
  const trust = { knownHosts: knownHostsFile(root, project.project), ...(keyFile ? { keyFile } : {}) };
  try {
    const tunnel = await clusters!.openTunnel(node);
    try {
      const engine = openEngine(`unix://${tunnel.socket}`);
      const { DockerRootDir } = (await engine.get('/info')) as { DockerRootDir: string };
      const readDisk: NodeMachine['readDisk'] = () => readRemoteDisk(node, DockerRootDir, trust, processes);
      return await pruneNode({ name: node.id, engine, readDisk }, keep, dryRun);
    } finally {
      await tunnel.close();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return emptyNodeReport(node.id, [error.message]);
  }
}
