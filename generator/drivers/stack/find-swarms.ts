import type { Project } from '../../model/project/project.ts';
import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { StackTools } from './stack-tools.ts';

/** What says that an infrastructure has no Swarm to be asked. */
const NO_SWARM: ReadonlySet<string> = new Set(['NO_SWARM', 'SWARM_UNREACHABLE']);

/**
 * The Swarms that a project's stacks run on or ran on: those that stacks name (undefined: the engine at hand), and the
 * project's other infrastructures.
 * @throws what `Swarms.find` throws for one that a stack names; machines that nobody names need not be a Swarm
 */
export function findSwarms(
  project: Project,
  { swarms }: Pick<StackTools, 'swarms'>,
): Promise<{ place: string | undefined; engine: Engine | undefined }[]> {
  const named = new Set(Object.values(project.stacks).map(({ on }) => on));
  const places = [...new Set([...named, ...Object.keys(project.infrastructure)])];
  return Promise.all(
    places.map(async (place) => {
      try {
        return { place, engine: await swarms.find(place) };
      } catch (error) {
        if (named.has(place) || !(error instanceof UserError) || !NO_SWARM.has(error.code)) throw error;
        return { place, engine: undefined };
      }
    }),
  );
}
