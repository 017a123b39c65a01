import { openGitHistory } from '../adapters/git/git-history.ts';
import { createClock } from '../adapters/clock.ts';
import { createProcesses } from '../adapters/processes.ts';
import { createRunHost } from '../adapters/run-host.ts';
import { describeThisRun } from '../adapters/this-run.ts';
import type { ProjectSource } from '../drivers/driver.ts';
import { listStoredImages } from '../drivers/image/list-stored-images.ts';
import { removeImages } from '../drivers/image/remove-images.ts';
import type { CloudResources } from '../ports/cloud-resources.ts';
import type { LockPlace } from '../ports/lock-place.ts';
import type { Invocation } from './command.ts';
import { findPlacedSwarms } from './find-placed-swarms.ts';
import { openUnhashedCommit } from './open-unhashed-commit.ts';
import { openClusters } from './open-cluster-drivers.ts';
import type { Clusters } from './open-cluster-drivers.ts';
import { openGarbage } from './open-garbage.ts';
import { openImageTools } from './open-image-driver.ts';
import { openCloud } from './open-infrastructure-driver.ts';
import { openStoredAmis } from './open-stored-amis.ts';
import type { WorldSettings } from './open-world.ts';
import type { PlacesToPrune, StoredImages } from './places-to-prune.ts';
import { pruneNodes } from './prune-nodes.ts';
import { readRecentHashes } from './read-recent-hashes.ts';

type PrunedClusters = Omit<Clusters, 'jenkins'>;

/** What leads to the project's machines, and to EC2. */
export interface WaysToPrune {
  openClusters: (settings: WorldSettings) => Promise<PrunedClusters>;
  openCloud: (settings: WorldSettings) => CloudResources | undefined;
}

/** By the commit that is checked out, whatever is in the work tree. */
export async function openPlacesToPrune(
  invocation: Pick<Invocation, 'env' | 'root'>,
  note: (text: string) => void,
  ways: WaysToPrune = { openClusters, openCloud },
): Promise<PlacesToPrune> {
  const { env, root } = invocation;
  const { source, opened } = await openUnhashedCommit(invocation);
  const { project } = source;
  const tools = { clock: createClock(), processes: createProcesses(), run: describeThisRun() };
  const settings: WorldSettings = { project, env, note, root, opened, ...tools };
  const isPlaced = Object.keys(project.infrastructure).length + Object.keys(project.stacks).length > 0;
  const clusters = isPlaced || project.aws ? await ways.openClusters(settings) : undefined;
  const cloud = ways.openCloud(settings);
  const host = createRunHost();
  const amis = cloud && openStoredAmis({ project, cloud, clock: tools.clock, host });
  return {
    project,
    clock: tools.clock,
    host,
    checkAccount: async () => amis?.checkAccount(),
    findLockPlaces: () => findLockPlaces(source, clusters),
    readHistory: () =>
      readRecentHashes({ project, repository: opened.repository, history: openGitHistory(root), invocation }),
    findSwarms: () => findPlacedSwarms(project, clusters?.swarms, cloud),
    images: await openStoredImages(settings, clusters),
    ...(amis ? { amis } : {}),
    pruneNodes: (swarms, keep, dryRun) =>
      pruneNodes({ swarms, keep, dryRun }, { ...settings, root, clusters }),
    close: async () => clusters?.swarms.close(),
  };
}

async function findLockPlaces(
  source: ProjectSource,
  clusters: PrunedClusters | undefined,
): Promise<LockPlace[]> {
  // Each once, though many components are deployed there.
  const places = new Map<string, LockPlace>();
  for (const { kind, findLockPlace } of clusters?.drivers ?? []) {
    for (const { id } of [...source.graph.values()].filter((one) => one.kind === kind)) {
      const place = await findLockPlace?.(id, source);
      if (place) places.set(place.name, place);
    }
  }
  return [...places.values()];
}

async function openStoredImages(
  settings: WorldSettings,
  clusters: PrunedClusters | undefined,
): Promise<StoredImages> {
  const { project } = settings;
  const images = await openImageTools(settings, clusters?.own);
  const { read, write, own } = images.place;
  const garbage = own && clusters?.own ? openGarbage(settings, clusters.swarms) : undefined;
  return {
    repositories: [...new Set([read, write])].map((place) => `${place}/${project.project}/`),
    list: (names) => listStoredImages(names, project, images),
    remove: (removal) => removeImages({ ...removal, project }, images),
    ...(garbage ? { garbage } : {}),
  };
}
