import type { StoredAmi } from '../drivers/ami/stored-amis.ts';
import { JOB_IMAGE } from '../drivers/image/job-tag.ts';
import type { StoredImage } from '../drivers/image/list-stored-images.ts';
import { findUsedImages } from '../drivers/stack/find-used-images.ts';
import { JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import type { PruneWorld } from '../prune/prune-world.ts';
import type { PlacedSwarm, PlacesToPrune } from './places-to-prune.ts';
import type { RecentHashes } from './read-recent-hashes.ts';

export type Stored = StoredImage | StoredAmi;

export interface FoundToPrune {
  world: PruneWorld<Stored>;
  history: RecentHashes;
  swarms: readonly PlacedSwarm[];
}

/**
 * Everything, or nothing: what cannot be asked ends the prune. What is stored is listed before it is asked what runs, so
 * that nothing that came into use in between is missed.
 */
export async function gatherPrune(places: PlacesToPrune): Promise<FoundToPrune> {
  const { project, clock, images, amis } = places;
  const history = await places.readHistory();
  const names = new Set([...history.images, ...Object.keys(project.images)]);
  if (project.stacks[JENKINS_STACK]) names.add(JOB_IMAGE);
  const stored: Stored[] = [...(await images.list(names)), ...((await amis?.list()) ?? [])];
  const swarms = await places.findSwarms();
  const used = new Map<string, string>(await amis?.findUsed());
  for (const { engine } of swarms)
    for (const [key, who] of await findUsedImages(engine, project.project)) used.set(key, who);
  const revisions = stored.flatMap(({ builds }) => builds.flatMap(({ revision }) => revision ?? []));
  const lineage = await history.placeCommits(revisions);
  const { wanted, unreadable } = history;
  const world = { now: clock.now(), days: project.retention.days, stored, used, wanted, lineage, unreadable };
  return { world, history, swarms };
}
