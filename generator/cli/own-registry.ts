import { readOwnLogin } from '../adapters/registry/own-password.ts';
import { registryAnswers } from '../adapters/registry/registry-answers.ts';
import type { OwnLogin } from '../adapters/secrets/make-secret.ts';
import { portSocket } from '../adapters/ssh/forward-ports.ts';
import type { Tunnel } from '../adapters/ssh/open-tunnel.ts';
import { REGISTRY_STACK, createOwnRegistry } from '../drivers/image/own-registry.ts';
import type { OwnRegistry, RegistryDoors, RegistryWay } from '../drivers/image/own-registry.ts';
import { OWN_READ, OWN_WRITE, registryOf } from '../drivers/image/registry-place.ts';
import type { Project } from '../model/project/project.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterNode } from '../ports/cluster-nodes.ts';
import type { Swarms } from '../ports/engine.ts';
import type { Invocation } from './command.ts';
import { openOnNode } from './on-node.ts';

const DOORS = [OWN_READ, OWN_WRITE];
/** What a tunnel to a manager carries besides its engine's socket. */
export const REGISTRY_PORTS: readonly number[] = DOORS.map((door) => Number(door.split(':').at(-1)));

/** Tunnels of which it is known afterwards where the registry's doors are. */
export interface TunnelDoors {
  openTunnel: (node: ClusterNode) => Promise<Tunnel>;
  /** @param engineHost DOCKER_HOST of the tunnel's socket @returns undefined for every other engine */
  findDoors: (engineHost: string) => RegistryDoors | undefined;
}

/** @param open a tunnel that carries REGISTRY_PORTS */
export function rememberTunnels(open: TunnelDoors['openTunnel']): TunnelDoors {
  const known = new Map<string, RegistryDoors>();
  return {
    openTunnel: async (node) => {
      const tunnel = await open(node);
      const sockets = DOORS.map((door, index) => [door, portSocket(tunnel.socket, REGISTRY_PORTS[index]!)]);
      known.set(`unix://${tunnel.socket}`, {
        sockets: Object.fromEntries(sockets) as Record<string, string>,
        isOpen: tunnel.isOpen,
      });
      return tunnel;
    },
    findDoors: (engineHost) => known.get(engineHost),
  };
}

export interface OwnRegistrySettings {
  project: Project;
  env: Invocation['env'];
  clock: Clock;
  swarms: Pick<Swarms, 'find'>;
  findDoors: TunnelDoors['findDoors'];
}

/** @returns undefined where the registry is no stack of the project, or another one is named for this run */
export function openOwnRegistry(settings: OwnRegistrySettings): OwnRegistry | undefined {
  const { project, env, clock, swarms, findDoors } = settings;
  if (!isOwnStack(project) || !registryOf(project, env).own) return undefined;
  const here = openOnNode(env);
  return createOwnRegistry({ project, swarms, findDoors, answers: registryAnswers, clock, here });
}

/** The login that writes: the environment's, which whoever else uses it finds there, else the Swarm's own. */
export async function findOwnLogin(
  { engine }: RegistryWay,
  { project, env }: Pick<OwnRegistrySettings, 'project' | 'env'>,
): Promise<OwnLogin | undefined> {
  if (!engine || (env['MILLRACE_REGISTRY_USERNAME'] ?? '') !== '') return undefined;
  return readOwnLogin(engine, project.project);
}

/** Whether the project's registry is a stack of its own. */
export function isOwnStack({ registry, stacks }: Project): boolean {
  return registry === 'own' && stacks[REGISTRY_STACK] !== undefined;
}
