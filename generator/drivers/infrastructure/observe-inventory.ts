import { UserError } from '../../model/user-error.ts';
import type { Observation, RunningPart } from '../../plan/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { readRecords } from './inventory-record.ts';

/** A member of a Swarm, as its API has it (docs.docker.com/reference/api/engine). */
interface SwarmNode {
  Description?: { Hostname?: string };
  Spec?: { Role?: string; Availability?: string };
  Status?: { State?: string; Addr?: string };
  ManagerStatus?: { Leader?: boolean } | null;
}

/**
 * Existing machines: what was deployed on them is recorded in the Swarm that they form. Without a Swarm nothing was
 * deployed whole.
 * @throws UserError SWARM_UNREACHABLE: machines that do not answer are not absent
 */
export async function observeInventory(
  project: string,
  name: string,
  tools: Pick<InfrastructureTools, 'swarms'>,
): Promise<Observation> {
  const engine = await findSwarm(name, tools);
  if (!engine) return { state: 'absent', why: 'not deployed yet: its hosts form no Swarm' };
  const [{ deployed, pending }, nodes] = await Promise.all([
    readRecords(engine, project, name),
    readSwarmNodes(engine),
  ]);
  if (!deployed && pending === undefined) return { state: 'absent' };
  return {
    state: 'running',
    hash: deployed?.hash ?? null,
    pending: pending !== undefined,
    drift: deployed && pending === undefined ? compareNodes(deployed.nodes, factsOf(nodes)) : [],
    ...(deployed?.revision ? { revision: deployed.revision } : {}),
    ...(deployed ? { deployed: deployed.deployed } : {}),
    parts: nodes.map(describeNode).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** @returns undefined where the machines answer and form none */
export async function findSwarm(
  name: string,
  { swarms }: Pick<InfrastructureTools, 'swarms'>,
): Promise<Engine | undefined> {
  if (!swarms) throw new Error('the Swarms of inventories are not at hand');
  return swarms.find(name).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'NO_SWARM') return undefined;
    throw error;
  });
}

export async function readSwarmFacts(engine: Engine): Promise<Record<string, string[]>> {
  return factsOf(await readSwarmNodes(engine));
}

async function readSwarmNodes(engine: Engine): Promise<SwarmNode[]> {
  return ((await engine.get('/nodes')) ?? []) as SwarmNode[];
}

function factsOf(nodes: readonly SwarmNode[]): Record<string, string[]> {
  const facts = nodes.map((node): [string, string[]] => {
    const { Role = 'worker', Availability = 'active' } = node.Spec ?? {};
    return [
      nameOf(node),
      [`is ${node.Status?.State ?? 'unknown'}`, `is a ${Role}`, `is set to ${Availability}`],
    ];
  });
  return Object.fromEntries(facts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function compareNodes(
  before: Readonly<Record<string, readonly string[]>>,
  now: Readonly<Record<string, readonly string[]>>,
): string[] {
  const changed = Object.entries(now).flatMap(([name, facts]) => {
    const known = before[name];
    if (!known) return [`node ${name} was added`];
    return facts.filter((fact) => !known.includes(fact)).map((fact) => `node ${name} ${fact}`);
  });
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(now, name));
  return [...changed, ...gone.map((name) => `node ${name} is gone`)];
}

function describeNode(node: SwarmNode): RunningPart {
  const said = [
    node.Status?.State,
    node.ManagerStatus?.Leader ? 'leader' : node.Spec?.Role,
    node.Spec?.Availability === 'active' ? undefined : node.Spec?.Availability,
    node.Status?.Addr,
  ];
  return { name: `node ${nameOf(node)}`, state: said.filter((each) => each).join(', ') };
}

function nameOf(node: SwarmNode): string {
  return node.Description?.Hostname ?? 'without a name';
}
