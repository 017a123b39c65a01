import { openEngine } from '../adapters/engine/open-engine.ts';
import type { Tunnel } from '../adapters/ssh/open-tunnel.ts';
import type { Driver } from '../drivers/driver.ts';
import type { ClusterNode } from '../ports/cluster-nodes.ts';
import { knownHostsFile, openClusterNodes, openInfrastructureDriver } from './open-infrastructure-driver.ts';
import { openStackDriver } from './open-stack-driver.ts';
import { openSwarms } from './open-swarms.ts';
import type { WorldSettings } from './open-world.ts';

/** Infrastructures, and the stacks on their Swarms: the same connections serve both. */
export async function openClusterDrivers(settings: WorldSettings): Promise<Driver[]> {
  const { project, env, run, root = process.cwd() } = settings;
  const swarms = openSwarms({
    env,
    nodes: openClusterNodes(settings),
    openTunnel: async (node: ClusterNode): Promise<Tunnel> => {
      const { openTunnel } = await import('../adapters/ssh/open-tunnel.ts');
      const keyFile = env['MILLRACE_SSH_KEY'];
      return openTunnel(node, {
        knownHosts: knownHostsFile(root, project.project),
        stamp: run.stamp,
        ...(keyFile ? { keyFile } : {}),
      });
    },
    openEngine,
    localHost: env['DOCKER_HOST'] || 'unix:///var/run/docker.sock',
  });
  return [openInfrastructureDriver({ ...settings, swarms }), await openStackDriver({ ...settings, swarms })];
}
