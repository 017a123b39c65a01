import { openEngine } from '../adapters/engine/open-engine.ts';
import type { Tunnel } from '../adapters/ssh/open-tunnel.ts';
import type { Driver } from '../drivers/driver.ts';
import type { OwnRegistry } from '../drivers/image/own-registry.ts';
import { createJobsDriver } from '../drivers/jobs/jobs-driver.ts';
import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import type { ClusterNode, ClusterNodes } from '../ports/cluster-nodes.ts';
import type { Swarms } from '../ports/engine.ts';
import type { Jenkinses } from '../ports/jenkins.ts';
import { knownHostsFile, openClusterNodes, openInfrastructureDriver } from './open-infrastructure-driver.ts';
import { localHostOf } from './on-node.ts';
import { endingCollections } from './open-garbage.ts';
import { openJenkins } from './open-jenkins.ts';
import { openStackDriver } from './open-stack-driver.ts';
import { openSwarms } from './open-swarms.ts';
import type { WorldSettings } from './open-world.ts';
import { REGISTRY_PORTS, openOwnRegistry, rememberTunnels } from './own-registry.ts';
import { withManagedSecrets } from './with-managed-secrets.ts';

export interface Clusters {
  drivers: Driver[];
  /** Where the registry is a stack of the project. */
  own: OwnRegistry | undefined;
  swarms: Swarms;
  /** Where Jenkins is a stack of the project. */
  jenkins: Jenkinses | undefined;
  /** Where the machines of infrastructures are. */
  nodes: ClusterNodes;
  openTunnel: (node: ClusterNode) => Promise<Tunnel>;
}

/** Infrastructures, the stacks on their Swarms and the registry among these: the same connections serve all. */
export async function openClusters(settings: WorldSettings): Promise<Clusters> {
  const { project, env, run, root = process.cwd() } = settings;
  const tunnels = rememberTunnels(async (node: ClusterNode): Promise<Tunnel> => {
    const { openTunnel } = await import('../adapters/ssh/open-tunnel.ts');
    const keyFile = env['MILLRACE_SSH_KEY'];
    return openTunnel(node, {
      knownHosts: knownHostsFile(root, project.project),
      stamp: run.stamp,
      ports: REGISTRY_PORTS,
      ...(keyFile ? { keyFile } : {}),
    });
  });
  const nodes = openClusterNodes(settings);
  const swarms = openSwarms({
    env,
    nodes,
    openTunnel: tunnels.openTunnel,
    openEngine,
    lossesOf: (name) => {
      const { variables = {}, hosts } = project.infrastructure[name] ?? {};
      return {
        quorum: variables['recover_quorum'] === true,
        machines: hosts === undefined ? variables['replace_unreachable'] === true : undefined,
      };
    },
    localHost: localHostOf(env),
  });
  const { openTunnel } = tunnels;
  const openOwnJenkins = (patience?: number): Jenkinses | undefined =>
    project.stacks[JENKINS_STACK] &&
    openJenkins({ ...settings, swarms, nodes, openTunnel, ...(patience === undefined ? {} : { patience }) });
  const jenkins = openOwnJenkins();
  const hurried = openOwnJenkins(PATIENCE);
  const plainStacks = await openStackDriver({
    ...settings,
    swarms,
    ...(hurried ? { jenkinses: hurried } : {}),
  });
  const stacks = endingCollections(
    withManagedSecrets(plainStacks, swarms, settings.secrets),
    swarms,
    settings.clock,
  );
  return {
    drivers: [
      openInfrastructureDriver({ ...settings, swarms }),
      stacks,
      ...(jenkins ? [createJobsDriver({ ...settings, jenkins })] : []),
    ],
    own: openOwnRegistry({ ...settings, swarms, findDoors: tunnels.findDoors }),
    swarms,
    jenkins,
    nodes,
    openTunnel: tunnels.openTunnel,
  };
}

/** Who deploys Jenkins may have to mend it: one that does not answer is not waited for long. */
const PATIENCE = 10_000;
