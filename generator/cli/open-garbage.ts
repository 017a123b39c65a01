import {
  collectGarbage,
  endCollection,
  isGarbageMarked,
  markGarbage,
} from '../drivers/image/collect-garbage.ts';
import type { Driver } from '../drivers/driver.ts';
import { REGISTRY_STACK } from '../drivers/image/own-registry.ts';
import { resumeWriter } from '../drivers/image/pause-writer.ts';
import type { SwarmWork } from '../drivers/image/pause-writer.ts';
import { componentId } from '../model/component.ts';
import type { Clock } from '../ports/clock.ts';
import type { Swarms } from '../ports/engine.ts';
import type { WorldSettings } from './open-world.ts';
import type { Garbage } from './places-to-prune.ts';

/** The garbage of the project's own registry, through a manager of its Swarm. */
export function openGarbage(
  { project, clock }: Pick<WorldSettings, 'project' | 'clock'>,
  swarms: Pick<Swarms, 'find'>,
): Garbage {
  const withSwarm = async <Result>(
    work: (swarm: SwarmWork) => Promise<Result>,
  ): Promise<Result | undefined> => {
    const engine = await swarms.find(project.stacks[REGISTRY_STACK]?.on);
    return engine && work({ engine, project, clock });
  };
  return {
    recover: () =>
      withSwarm(async (swarm) => {
        await endCollection(swarm);
        await resumeWriter(swarm);
      }),
    mark: () => withSwarm(markGarbage),
    isMarked: async () => (await withSwarm(isGarbageMarked)) ?? false,
    collect: () => withSwarm(collectGarbage),
  };
}

/** A stack driver that ends what a killed prune has left before the registry's writer is started: they share a storage. */
export function endingCollections(driver: Driver, swarms: Pick<Swarms, 'find'>, clock: Clock): Driver {
  const { deploy } = driver;
  return {
    ...driver,
    deploy: async (component, task) => {
      const { project } = task.source;
      const isRegistry = component.id === componentId('stack', REGISTRY_STACK);
      const engine = isRegistry ? await swarms.find(project.stacks[REGISTRY_STACK]?.on) : undefined;
      if (engine) await endCollection({ engine, project, clock });
      await deploy!(component, task);
    },
  };
}
