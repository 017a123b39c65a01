import { existsSync } from 'node:fs';
import { openEngine } from '../adapters/engine/open-engine.ts';
import type { OwnRegistryTools, RegistryDoors } from '../drivers/image/own-registry.ts';
import { OWN_READ, OWN_WRITE } from '../drivers/image/registry-place.ts';
import type { Engine } from '../ports/engine.ts';
import type { Invocation } from './command.ts';

/** The sockets behind the registry's doors (stacks/registry/socket.cfg), where an agent's container has the node's /run. */
const SOCKETS: Readonly<Record<string, string>> = {
  [OWN_READ]: '/host-run/millrace-registry-read.sock',
  [OWN_WRITE]: '/host-run/millrace-registry-write.sock',
};

/** DOCKER_HOST of the engine at hand. */
export const localHostOf = (env: Invocation['env']): string =>
  env['DOCKER_HOST'] || 'unix:///var/run/docker.sock';

/** Whether this runs on a node of the cluster, as the platform's agents do; then the engine at hand is the node's. */
export const isOnNode = (env: Invocation['env']): boolean => env['MILLRACE_ON_NODE'] === '1';

/** @returns undefined elsewhere */
export function openOnNode(env: Invocation['env']): OwnRegistryTools['here'] {
  if (!isOnNode(env)) return undefined;
  return {
    doors: findNodeDoors(),
    findEngine: () => findManagerHere(openEngine(localHostOf(env))),
    isAll: env['MILLRACE_ROLE'] === 'verify',
  };
}

/** Outside a container the node's loopback is this one. */
function findNodeDoors(): RegistryDoors {
  const there = Object.entries(SOCKETS).filter(([, socket]) => existsSync(socket));
  return { sockets: Object.fromEntries(there), isOpen: () => true };
}

/** An engine that manages knows the registry's password; a worker's does not. */
async function findManagerHere(engine: Engine): Promise<Engine | undefined> {
  const info = (await engine.get('/info')) as { Swarm?: { ControlAvailable?: boolean } } | undefined;
  return info?.Swarm?.ControlAvailable === true ? engine : undefined;
}
