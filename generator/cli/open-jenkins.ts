import { createContainerRunner } from '../adapters/engine/run-in-container.ts';
import { createExecTransport } from '../adapters/jenkins/exec-transport.ts';
import { findController } from '../adapters/jenkins/find-controller.ts';
import type { FoundController } from '../adapters/jenkins/find-controller.ts';
import { createHttpTransport } from '../adapters/jenkins/http-transport.ts';
import { createJenkinsServer } from '../adapters/jenkins/jenkins-server.ts';
import type { Tunnel } from '../adapters/ssh/open-tunnel.ts';
import { namespaceOf, serviceName } from '../drivers/stack/stack-names.ts';
import { isLabWithoutMachines } from '../drivers/lab-without-machines.ts';
import { CONTROLLER, JENKINS_STACK, SERVICE_PASSWORD } from '../model/jenkins/hosting-stack.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterNode, ClusterNodes } from '../ports/cluster-nodes.ts';
import type { Engine, Swarms } from '../ports/engine.ts';
import type { Jenkinses } from '../ports/jenkins.ts';
import type { Invocation } from './command.ts';

export interface JenkinsSettings {
  project: Project;
  env: Invocation['env'];
  clock: Clock;
  swarms: Pick<Swarms, 'find'>;
  /** Where the machines of the infrastructure are. */
  nodes: Pick<ClusterNodes, 'find'>;
  openTunnel: (node: ClusterNode) => Promise<Tunnel>;
  /** How long a controller that does not answer is asked again, in milliseconds. */
  patience?: number;
}

/**
 * The Jenkins of the project's stack `jenkins`: inside one of its builds by HTTP, elsewhere through the engine of the node that
 * its controller runs on.
 */
export function openJenkins(settings: JenkinsSettings): Jenkinses {
  const { project, env, clock, swarms, patience } = settings;
  const base = env['MILLRACE_JENKINS'] ?? '';
  if (base !== '') {
    const passwordFile = env['MILLRACE_JENKINS_PASSWORD_FILE'] ?? SERVICE_PASSWORD.path;
    const transport = createHttpTransport({ base: base.replace(/\/+$/, ''), passwordFile });
    const server = createJenkinsServer(transport, clock, patience);
    return { find: () => Promise.resolve(server) };
  }
  const stack = project.stacks[JENKINS_STACK];
  if (!stack) return { find: () => Promise.resolve(undefined) };
  const service = serviceName(namespaceOf(project.project, JENKINS_STACK), CONTROLLER);
  const findHost = createHostFinder(settings, stack.on);
  return {
    find: async () => {
      const engine = await swarms.find(stack.on);
      const found = engine && (await findController(engine, service));
      if (!found) return undefined;
      const host = await findHost(found, engine);
      const run = createContainerRunner(host);
      const name = `the controller of Jenkins on ${found.node[0] ?? 'its node'}`;
      const transport = createExecTransport({ container: found.container, run, name });
      return createJenkinsServer(transport, clock, patience);
    },
  };
}

type FindHost = (found: Pick<FoundController, 'isHere' | 'node'>, engine: Engine) => Promise<string>;

/** Tunnels to nodes that are no managers of ours are kept while they are open. */
export function createHostFinder(
  { env, nodes, openTunnel }: Pick<JenkinsSettings, 'env' | 'nodes' | 'openTunnel'>,
  infrastructure: string | undefined,
): FindHost {
  const known = new Map<string, Tunnel>();
  return async ({ isHere, node }, engine) => {
    if (isHere) return engine.host;
    const machine =
      infrastructure === undefined || isLabWithoutMachines(env)
        ? undefined
        : (pick(await nodes.find(infrastructure), node) ??
          pick(await nodes.find(infrastructure, true), node));
    if (!machine) throw unknownNode(node, infrastructure);
    const tunnel = known.get(machine.id);
    if (tunnel?.isOpen() === true) return `unix://${tunnel.socket}`;
    const made = await openTunnel(machine);
    known.set(machine.id, made);
    return `unix://${made.socket}`;
  };
}

function pick(
  machines: readonly ClusterNode[] | undefined,
  names: readonly string[],
): ClusterNode | undefined {
  return machines?.find(({ id, address }) => names.includes(id) || names.includes(address));
}

function unknownNode(node: readonly string[], infrastructure: string | undefined): UserError {
  const place =
    infrastructure === undefined
      ? 'which is not the engine at hand; set DOCKER_HOST to that of the node'
      : `which is no machine of infrastructure:${infrastructure} that runs`;
  return new UserError('JENKINS_UNREACHABLE', `Jenkins' controller runs on ${node.join(', ')}, ${place}`);
}
