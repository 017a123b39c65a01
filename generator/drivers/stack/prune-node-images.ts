import type { DiskSpace } from '../../ports/node-machine.ts';
import type { NodeKeep } from './node-keep.ts';
import type { NodeWork } from './prune-node.ts';
import { removeUnused } from './remove-unused.ts';

/** As far as it is read here (`/system/df`). */
interface LocalImage {
  Id: string;
  RepoTags?: string[] | null;
  RepoDigests?: string[] | null;
  /** Seconds since 1970. */
  Created: number;
  Size: number;
  SharedSize: number;
}

/** The domain that the engine's own names of images have while they are made. */
const LOCAL = 'millrace.localhost/';

/**
 * Only where the disk is full: an image that nothing uses here may be needed the moment a task moves or a version is taken
 * back. The oldest first, until there is room.
 */
export async function pruneNodeImages(work: NodeWork): Promise<void> {
  const { machine, keep, dryRun, report } = work;
  let disk = await machine.readDisk();
  if (!disk) {
    report.notes.push('how full its disk is cannot be told; its images stay');
    return;
  }
  if (share(disk) >= keep.free.below) return;
  for (const image of await findUnneeded(work)) {
    if (share(disk) >= keep.free.until) return;
    const references = referencesOf(image);
    if (!dryRun) {
      for (const reference of references) await removeUnused(machine.engine, `/images/${reference}`);
      if ((await machine.engine.get(`/images/${image.Id}/json`)) !== undefined) continue;
    }
    const size = image.Size - Math.max(0, image.SharedSize);
    report.images.push(references[0]!);
    report.bytes += size;
    disk = dryRun ? { ...disk, free: disk.free + size } : ((await machine.readDisk()) ?? disk);
  }
}

async function findUnneeded({ machine: { engine }, keep }: NodeWork): Promise<LocalImage[]> {
  const [usage, containers] = await Promise.all([
    engine.get('/system/df') as Promise<{ Images: LocalImage[] | null }>,
    engine.get('/containers/json?all=true') as Promise<{ ImageID: string }[]>,
  ]);
  const used = new Set(containers.map(({ ImageID }) => ImageID));
  return (usage.Images ?? [])
    .filter((image) => !used.has(image.Id) && isUnneeded(image, keep))
    .sort((a, b) => a.Created - b.Created);
}

/** Of the project alone: what has one name more is somebody else's, too; what has none may be just on its way. */
export function isUnneeded(image: LocalImage, keep: NodeKeep): boolean {
  const references = referencesOf(image);
  const prefixes = [...keep.repositories, `${LOCAL}${keep.project}/`];
  return (
    references.length > 0 &&
    references.every((one) => prefixes.some((prefix) => one.startsWith(prefix))) &&
    !references.some((one) => keep.digests.includes(one.slice(one.indexOf('@') + 1))) &&
    keep.now - image.Created * 1_000 >= keep.milliseconds
  );
}

function referencesOf({ RepoTags, RepoDigests }: LocalImage): string[] {
  return [...(RepoTags ?? []), ...(RepoDigests ?? [])].filter((one) => !one.startsWith('<none>'));
}

function share({ total, free }: DiskSpace): number {
  return free / total;
}
