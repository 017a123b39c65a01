import { isDead } from '../../model/lease.ts';
import type { Here } from '../../model/lease.ts';
import type { MachineImage, TaggedResource } from '../../ports/machine-images.ts';
import { collectLeases } from './lease.ts';
import { TAG, isMarkedComplete, nameOf } from './tags.ts';

/** What EC2 holds; resources were listed before images, so that an image's run was seen if it was there. */
export interface Holdings {
  resources: readonly TaggedResource[];
  images: readonly MachineImage[];
}

export interface Leftovers {
  images: MachineImage[];
  resources: TaggedResource[];
}

/** Judges runs; `ended` names runs (or bakes of this one) that are over whatever their lease says. */
export interface Judgement {
  here: Here;
  project: string;
  /** Of this run, which bake is over, and which image it made: that one is kept whatever EC2 shows of it. */
  ended?: { run: string; hash: string; made?: string };
}

/**
 * What dead runs of the project left and nothing needs. Never: anything without the project's tag, but for an image
 * whose name a dead run's other parts account for; complete images and their snapshots; what a live run has.
 */
export function findLeftovers({ resources, images }: Holdings, judgement: Judgement): Leftovers {
  const isOver = judge({ resources, images }, judgement);
  const mine = resources.filter(({ tags }) => tags[TAG.project] === judgement.project);
  const proven = new Set(mine.filter(({ tags }) => isOver(tags)).map(({ tags }) => nameOf(tags)));
  const claimed = new Set(resources.filter(({ tags }) => !isOver(tags)).map(({ tags }) => nameOf(tags)));
  const isLeftover = (image: MachineImage): boolean => {
    if (isMarkedComplete(image) || image.id === judgement.ended?.made) return false;
    if (image.tags[TAG.run] !== undefined)
      return image.tags[TAG.project] === judgement.project && isOver(image.tags);
    // Between its registration and its tags an image has but its name.
    return proven.has(image.name) && !claimed.has(image.name);
  };
  const gone = images.filter(isLeftover);
  const needed = new Set(
    images.filter((image) => !gone.includes(image)).flatMap(({ snapshots }) => snapshots),
  );
  return {
    images: gone,
    resources: mine.filter(({ type, id, tags }) => type !== 'image' && isOver(tags) && !needed.has(id)),
  };
}

/** Whether a live run of anybody's has to do with an image of this name. */
export function isClaimed(name: string, holdings: Holdings, judgement: Judgement): boolean {
  const isOver = judge(holdings, judgement);
  const image = holdings.images.find((each) => each.name === name);
  if (image?.tags[TAG.run] !== undefined) return !isOver(image.tags);
  return holdings.resources.some(({ tags }) => !isOver(tags) && nameOf(tags) === name);
}

function judge(
  { resources, images }: Holdings,
  { here, ended }: Judgement,
): (tags: Readonly<Record<string, string>>) => boolean {
  const leases = collectLeases([...resources, ...images]);
  return (tags) => {
    const run = tags[TAG.run];
    if (run === undefined) return false;
    if (ended !== undefined && run === ended.run) return tags[TAG.hash] === ended.hash;
    const lease = leases.get(run);
    return lease !== undefined && isDead(lease, here);
  };
}
