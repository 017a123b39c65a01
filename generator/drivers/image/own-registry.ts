import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine, Swarms } from '../../ports/engine.ts';
import { lookAtSwarm, servicesOf } from '../stack/look-at-swarm.ts';
import { componentId } from '../../model/component.ts';
import { OWN_READ, OWN_WRITE } from './registry-place.ts';

/** The stack that a project's own registry is. */
export const REGISTRY_STACK = 'registry';

/** How the doors of a registry are reached from this machine. */
export interface RegistryDoors {
  /** By their addresses on the nodes, the unix sockets here that lead to them; empty where they are on this loopback. */
  sockets: Readonly<Record<string, string>>;
  /** False once what leads there broke. */
  isOpen: () => boolean;
}

/** A way to the registry: an engine that pulls and pushes there, and the doors for requests. */
export interface RegistryWay extends RegistryDoors {
  /** Undefined: the engine at hand, of which nothing more is known. */
  engine?: Engine;
}

/**
 * A project's own registry: it comes with a stack of the project, may not be there yet, and may come to be while this
 * runs. So the way to it is looked for when it is needed.
 */
export interface OwnRegistry {
  /**
   * Why there can be no image, where the registry is not there yet.
   * @returns undefined where it answers
   * @throws UserError NO_REGISTRY where it is there and does not answer; what `Swarms.find` throws
   */
  findAbsence: () => Promise<string | undefined>;
  /**
   * Waits until a door answers: a registry that was deployed just now takes a moment.
   * @param door its address on the nodes
   * @throws UserError NO_REGISTRY; what `Swarms.find` throws
   */
  enter: (door: string, signal?: AbortSignal) => Promise<RegistryWay>;
  /** The socket that leads to a door, if one does; enters where that was not done yet. @param host of an address */
  findSocket: (host: string) => Promise<string | undefined>;
}

export interface OwnRegistryTools {
  project: Project;
  swarms: Pick<Swarms, 'find'>;
  /** @returns undefined for an engine that is no other machine's */
  findDoors: (engineHost: string) => RegistryDoors | undefined;
  /** Whether a registry answers at a door, with or without letting in. */
  answers: (door: string, socket: string | undefined) => Promise<boolean>;
  clock: Clock;
  /**
   * Where this machine is one of the nodes: where the registry answers here, nothing else is asked. `findEngine` is the
   * node's own, if it manages. `isAll`: nothing else may be asked even where it does not answer, since that takes
   * credentials, which a branch's build has not.
   */
  here?: { doors: RegistryDoors; findEngine: () => Promise<Engine | undefined>; isAll: boolean } | undefined;
}

const HERE: RegistryDoors = { sockets: {}, isOpen: () => true };
/** For a restart that is under way, and for one that was deployed just now. */
const [RESTART, START] = [10_000, 60_000];
const PAUSE = 500;

export function createOwnRegistry(tools: OwnRegistryTools): OwnRegistry {
  const { project } = tools;
  const known = rememberDoors();
  const entering = new Map<string, Promise<RegistryWay>>();
  const enter = async (door: string, signal?: AbortSignal): Promise<RegistryWay> => {
    const found = await findWay(tools);
    if (!found) throw noHost(project);
    const way = known.take(found);
    if (known.isUp(door)) return way;
    if (!(await waitForDoor(way, door, START, tools, signal))) {
      const why = await findMissing(way, tools);
      throw why === undefined ? silent(door, project) : notDeployed(why);
    }
    known.add(door, way);
    return way;
  };
  const enterOnce = (door: string): Promise<RegistryWay> => {
    const now = entering.get(door) ?? enter(door).finally(() => entering.delete(door));
    entering.set(door, now);
    return now;
  };
  return {
    enter,
    findAbsence: async () => {
      const found = await findWay(tools);
      if (!found) return 'host absent';
      const way = known.take(found);
      if (!(await isUp(way, OWN_READ, tools))) {
        const why = await findMissing(way, tools);
        if (why !== undefined) return why;
        if (!(await waitForDoor(way, OWN_READ, RESTART, tools))) throw silent(OWN_READ, project);
      }
      known.add(OWN_READ, way);
      return undefined;
    },
    findSocket: async (host) => {
      if (host !== OWN_READ && host !== OWN_WRITE) return undefined;
      const way = known.isUp(host) ? known.way! : await enterOnce(host);
      return way.sockets[host];
    },
  };
}

/** The way that is in use, and the doors at its end that have answered. */
function rememberDoors() {
  let way: RegistryWay | undefined;
  const up = new Set<string>();
  return {
    get way() {
      return way;
    },
    isUp: (door: string): boolean => way?.isOpen() === true && up.has(door),
    /** @returns the way in use where the new one leads to the same machine */
    take: (found: RegistryWay): RegistryWay => {
      if (way?.isOpen() && way.engine?.host === found.engine?.host) return way;
      up.clear();
      return (way = found);
    },
    add: (door: string, through: RegistryWay): void => {
      if (through === way) up.add(door);
    },
  };
}

async function findWay(tools: OwnRegistryTools): Promise<RegistryWay | undefined> {
  const { here } = tools;
  if (here && (here.isAll || (await isUp(here.doors, OWN_READ, tools)))) {
    const engine = await here.findEngine();
    return engine ? { ...here.doors, engine } : here.doors;
  }
  const engine = await tools.swarms.find(hostOf(tools.project));
  return engine && { ...(tools.findDoors(engine.host) ?? here?.doors ?? HERE), engine };
}

function isUp(
  { sockets }: RegistryDoors,
  door: string,
  { answers }: Pick<OwnRegistryTools, 'answers'>,
): Promise<boolean> {
  return answers(door, sockets[door]);
}

async function waitForDoor(
  way: RegistryWay,
  door: string,
  milliseconds: number,
  tools: OwnRegistryTools,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = tools.clock.now() + milliseconds;
  while (!(await isUp(way, door, tools))) {
    if (tools.clock.now() >= end) return false;
    await tools.clock.sleep(PAUSE, signal);
  }
  return true;
}

/** @returns why it cannot answer; undefined where all of it was deployed and is there, running or not */
async function findMissing(
  { engine }: RegistryWay,
  { project }: OwnRegistryTools,
): Promise<string | undefined> {
  if (!engine) return undefined;
  const look = await lookAtSwarm(engine, project.project);
  const record = look.records.get(REGISTRY_ID)?.record;
  if (!record) return `${REGISTRY_ID} is not deployed yet`;
  const live = servicesOf(look, project.project, REGISTRY_STACK);
  const gone = Object.keys(record.services).filter((name) => !live.has(name));
  return gone.length === 0 ? undefined : `${REGISTRY_ID} is not whole: service ${gone.join(', ')} is gone`;
}

const REGISTRY_ID = componentId('stack', REGISTRY_STACK);

function hostOf({ stacks }: Project): string | undefined {
  return stacks[REGISTRY_STACK]?.on;
}

function noHost(project: Project): UserError {
  return new UserError(
    'NO_REGISTRY',
    `infrastructure:${hostOf(project)}, on which the project's own registry is to run, is not there; run \`millrace apply\` without --only, or name another registry as registry.url`,
  );
}

function notDeployed(why: string): UserError {
  return new UserError(
    'NO_REGISTRY',
    `${why}; run \`millrace apply --only ${REGISTRY_ID}\` first, or without --only`,
  );
}

function silent(door: string, project: Project): UserError {
  const host = hostOf(project);
  const where = host === undefined ? '' : ` of the nodes of infrastructure:${host}`;
  return new UserError(
    'NO_REGISTRY',
    `${REGISTRY_ID} is deployed, but does not answer at ${door}${where}; \`millrace status\` shows its services, \`millrace apply --only ${REGISTRY_ID}\` puts them right`,
  );
}
