import { splitSweep } from '../drivers/infrastructure/fingerprint.ts';
import type { Project } from '../model/project/project.ts';
import type { CloudResources } from '../ports/cloud-resources.ts';
import type { Swarms } from '../ports/engine.ts';
import type { PlacedSwarm } from './places-to-prune.ts';

/**
 * The Swarms that anything of the project may run on: where its stacks are deployed to, and every infrastructure that it
 * has or still runs. Stricter than what a plan does: one that is there and does not answer ends this.
 * @throws what `Swarms.find` throws
 */
export async function findPlacedSwarms(
  project: Project,
  swarms: Pick<Swarms, 'find'> | undefined,
  cloud: Pick<CloudResources, 'sweep'> | undefined,
): Promise<PlacedSwarm[]> {
  if (!swarms) return [];
  const running = cloud ? [...splitSweep(await cloud.sweep(project.project)).keys()] : [];
  const named = Object.values(project.stacks).map(({ on }) => on);
  const found: PlacedSwarm[] = [];
  for (const place of new Set([...named, ...Object.keys(project.infrastructure), ...running])) {
    const engine = await swarms.find(place);
    if (engine) found.push({ place, engine });
  }
  return found;
}
