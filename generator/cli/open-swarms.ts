import { UserError } from '../model/user-error.ts';
import type { ClusterNode, ClusterNodes } from '../ports/cluster-nodes.ts';
import type { Engine, Swarms } from '../ports/engine.ts';
import type { Tunnel } from '../adapters/ssh/open-tunnel.ts';
import type { Invocation } from './command.ts';
import { isGivenUp, unreachable } from './lost-swarm.ts';
import type { Failure, Losses } from './lost-swarm.ts';
import { isOnNode } from './on-node.ts';
import { isLabWithoutMachines } from '../drivers/lab-without-machines.ts';

/** A tunnel, as far as it is used here. */
type OpenTunnel = (node: ClusterNode) => Promise<Tunnel>;

export interface SwarmSettings {
  env: Invocation['env'];
  /** Where infrastructures' machines are; undefined where the project has no infrastructure. */
  nodes: ClusterNodes | undefined;
  openTunnel: OpenTunnel;
  /** @param host value of DOCKER_HOST */
  openEngine: (host: string) => Engine;
  /** The engine at hand, as DOCKER_HOST names it. */
  localHost: string;
  /** What the project gives up of an infrastructure. */
  lossesOf?: (infrastructure: string) => Losses;
}

interface Connection {
  engine: Engine;
  tunnel?: Tunnel;
}

/**
 * Swarms by the first manager that answers. What was found is kept; a connection that broke, or whose node is no manager
 * any more, as while nodes are replaced, is made anew at the next `find`. That an infrastructure is not there is never
 * kept: this run may be making it.
 */
export function openSwarms(settings: SwarmSettings): Swarms {
  const connected = new Map<string | undefined, Connection>();
  const pending = new Map<string | undefined, Promise<Connection | undefined>>();
  const connect = async (name: string | undefined): Promise<Connection | undefined> => {
    const known = connected.get(name);
    if (known && (await isUsable(known))) return known;
    connected.delete(name);
    await known?.tunnel?.close();
    const made = await (name === undefined ? findLocal(settings) : findManager(name, settings));
    if (made) connected.set(name, made);
    return made;
  };
  return {
    find: async (name) => {
      // Of many who ask at once one connects, and all have it.
      const now = pending.get(name) ?? connect(name).finally(() => pending.delete(name));
      pending.set(name, now);
      return (await now)?.engine;
    },
    close: async () => {
      await Promise.allSettled(pending.values());
      const all = [...connected.values()];
      connected.clear();
      for (const { tunnel } of all) await tunnel?.close();
    },
  };
}

async function isUsable({ engine, tunnel }: Connection): Promise<boolean> {
  if (!tunnel) return true;
  return tunnel.isOpen() && (await isManager(engine).catch(() => false));
}

interface SwarmInfo {
  ControlAvailable?: boolean;
  LocalNodeState?: string;
  NodeID?: string;
  /** A manager that sees no leader still calls itself one, and says why here. */
  Error?: string;
}

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System/operation/SystemInfo */
async function readSwarm(engine: Engine): Promise<SwarmInfo> {
  const info = (await engine.get('/info')) as { Swarm?: object } | undefined;
  return info?.Swarm ?? {};
}

async function isManager(engine: Engine): Promise<boolean> {
  return manages(await readSwarm(engine));
}

const manages = ({ ControlAvailable, Error = '' }: SwarmInfo): boolean =>
  ControlAvailable === true && Error === '';

async function findLocal({ openEngine, localHost }: SwarmSettings): Promise<Connection> {
  const engine = openEngine(localHost);
  if (await isManager(engine)) return { engine };
  throw new UserError(
    'NO_SWARM',
    `the engine at ${localHost} is no manager of a Swarm; run \`docker swarm init\` on it, or set DOCKER_HOST to one`,
  );
}

/**
 * @returns undefined where there is no Swarm: none of the machines runs, or all of them say that they are in none, or
 * some cannot be asked and the deploy that would have made one never ended, or the project gives them up; then deploying
 * it again comes first
 */
async function findManager(name: string, settings: SwarmSettings): Promise<Connection | undefined> {
  const { env, nodes, lossesOf } = settings;
  let machines = await nodes?.find(name);
  if (!nodes || !machines) return undefined;
  if (isLabWithoutMachines(env)) return findLocal(settings);
  const own = isOnNode(env) ? await findOwnNode(machines, settings) : undefined;
  if (own) return own;
  let tried = await tryNodes(machines, settings);
  if ('failures' in tried && tried.failures.length > 0) {
    // This very run may have replaced them.
    const now = (await nodes.find(name, true)) ?? [];
    const known = new Set(machines.map(({ id }) => id));
    if (!now.every(({ id }) => known.has(id))) tried = await tryNodes(now, settings);
    machines = now;
  }
  if (!('failures' in tried)) return tried;
  const found = { machines: machines.length, failures: tried.failures };
  const losses = lossesOf?.(name);
  if (found.failures.length === 0 || isGivenUp(found, losses)) return undefined;
  if (await nodes.isPending(name)) return undefined;
  throw unreachable(name, found, losses);
}

/** The engine at hand, where it is that of one of these machines and manages: no login is needed there. */
async function findOwnNode(
  machines: readonly ClusterNode[],
  { openEngine, localHost }: SwarmSettings,
): Promise<Connection | undefined> {
  const engine = openEngine(localHost);
  const swarm = await readSwarm(engine);
  if (!manages(swarm)) return undefined;
  const node = (await engine.get(`/nodes/${swarm.NodeID}`)) as { Spec?: { Labels?: Record<string, string> } };
  const instance = node.Spec?.Labels?.['millrace.instance'];
  return machines.some(({ id }) => id === instance) ? { engine } : undefined;
}

/** The first that serves, or why each does not that is in a Swarm or cannot be asked. */
async function tryNodes(
  machines: readonly ClusterNode[],
  settings: SwarmSettings,
): Promise<Connection | { failures: Failure[] }> {
  const failures: Failure[] = [];
  for (const node of machines) {
    const tried = await tryNode(node, settings);
    if (tried && 'engine' in tried) return tried;
    if (tried) failures.push(tried);
  }
  return { failures };
}

/** What is wrong with this machine's way to it. */
const NOT_ITS_FAULT: readonly string[] = ['SSH_KEY_REFUSED', 'SSH_HOST_KEY', 'NO_PROGRAM'];

/** @returns undefined where it is in no Swarm */
async function tryNode(
  node: ClusterNode,
  { openTunnel, openEngine }: SwarmSettings,
): Promise<Connection | Failure | undefined> {
  let tunnel: Tunnel | undefined;
  try {
    tunnel = await openTunnel(node);
    if (tunnel.engine === 'denied') {
      await tunnel.close();
      const cause = `${node.id}: ${node.user} may not use its Docker; run there, as root: usermod --append --groups docker ${node.user}`;
      return { state: 'closed', cause };
    }
    const engine = openEngine(`unix://${tunnel.socket}`);
    const swarm: SwarmInfo =
      tunnel.engine === 'there' ? await readSwarm(engine) : { LocalNodeState: 'inactive' };
    if (manages(swarm)) return { engine, tunnel };
    await tunnel.close();
    if (swarm.ControlAvailable === true) {
      const cause = `${node.id} manages a Swarm that has lost the majority of its managers`;
      return { state: 'leaderless', cause };
    }
    if (swarm.LocalNodeState === 'inactive') return undefined;
    return { state: 'led', cause: `${node.id} is in a Swarm, but no manager of it` };
  } catch (error) {
    await tunnel?.close();
    if (!(error instanceof UserError) || error.code === 'INTERRUPTED') throw error;
    if (tunnel)
      return { state: 'silent', cause: `${node.id}: its engine does not answer; does Docker run there?` };
    return { state: NOT_ITS_FAULT.includes(error.code) ? 'closed' : 'silent', cause: error.message };
  }
}
