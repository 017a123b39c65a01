import { logIn } from '../adapters/docker/registry-login.ts';
import { HANDED_KEY, INSIDE_NODE } from '../drivers/handover/hand-over-names.ts';
import { changeNodeKey, isToMove } from '../drivers/handover/node-key.ts';
import type { NodeKeyWork } from '../drivers/handover/node-key.ts';
import { findTools } from '../drivers/handover/start-hand-over.ts';
import { userOf } from '../drivers/infrastructure/ssh-access.ts';
import type { Project } from '../model/project/project.ts';
import { UserError } from '../model/user-error.ts';
import type { Engine } from '../ports/engine.ts';
import type { Invocation } from './command.ts';
import type { World } from './open-world.ts';

export interface InsideRequest {
  project: Project;
  /** Ids of what is deployed. */
  only: readonly string[];
  env: Invocation['env'];
  engine: Engine;
  world: Pick<World, 'clock' | 'processes' | 'run'>;
  signal: AbortSignal;
  note: (text: string) => void;
}

/** The nodes under a job, for as long as it deploys them. */
export interface InsideNodes {
  /** Whether the deploy stopped since this node is to go: the job ends, and the Swarm starts it where it may stay. */
  isToMove: () => Promise<boolean>;
  /** @param engine of a manager that is there by now */
  leave: (engine: Engine) => Promise<void>;
}

const NO_NODES: InsideNodes = {
  isToMove: () => Promise.resolve(false),
  leave: () => Promise.resolve(),
};

/**
 * Where a job has a key of its own for the nodes of an infrastructure, they let it in until it leaves.
 * @throws UserError KEY_REFUSED, NO_TOOLS
 */
export async function enterNodes(request: InsideRequest): Promise<InsideNodes> {
  const { project, only, env, engine, world, signal, note } = request;
  const [name] = only.flatMap((id) => (id.startsWith('infrastructure:') ? [id.split(':')[1]!] : []));
  if (name === undefined) return NO_NODES;
  const own = env[INSIDE_NODE] ?? '';
  const toMove = (): Promise<boolean> => isToMove({ engine }, own);
  const key = env[HANDED_KEY] ?? '';
  if (key === '') return { ...NO_NODES, isToMove: toMove };
  const image = (await findTools(engine, project.project)).Spec.TaskTemplate.ContainerSpec!.Image;
  const work: NodeKeyWork = {
    ...{ engine, image, signal, clock: world.clock, processes: world.processes },
    ...{ project: project.project, user: userOf(project.infrastructure[name]) },
    logIn: () => logIn(env, [image.split('/', 1)[0]!], world.run.stamp),
  };
  note('the nodes let this job in');
  await changeNodeKey(work, key);
  return {
    isToMove: toMove,
    leave: async (now) => {
      try {
        await changeNodeKey({ ...work, engine: now, signal: new AbortController().signal }, undefined);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // Nobody has its other half after this job.
        note(`the key of this job stays on a node for now: ${error.message}`);
      }
    },
  };
}
