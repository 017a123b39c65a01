import type { MachineImage, TaggedResource } from '../../ports/machine-images.ts';
import { TAG, nameOf } from './tags.ts';
import { findLeftovers } from './leftovers.ts';
import type { Holdings, Judgement } from './leftovers.ts';
import { hereOf } from './ami-tools.ts';
import type { AmiTools } from './ami-tools.ts';

/** What one bake of this run holds, once it is over. */
export type Ended = NonNullable<Judgement['ended']>;

/** Resources first: an image whose run is not seen any more has its tags by then. */
export async function readHoldings(
  { images }: Pick<AmiTools, 'images'>,
  project: string,
  names: readonly string[] = [],
): Promise<Holdings> {
  const resources = await images.findRunResources();
  return { resources, images: await images.findOwn(project, names) };
}

/**
 * Removes what dead runs of the project left, and what a bake of this run did that is over. Without leftovers it
 * changes nothing.
 * @returns how many things it removed
 */
export async function sweepLeftovers(tools: AmiTools, project: string, ended?: Ended): Promise<number> {
  const holdings = await readHoldings(tools, project);
  const judgement = { here: hereOf(tools), project, ...(ended === undefined ? {} : { ended }) };
  const left = findLeftovers(holdings, judgement);
  // Images first: while the other parts are there, they account for an image that has no tags yet.
  for (const image of left.images)
    await tools.images.change.removeImage(image, traceOf(image, left.resources, project));
  const existing = left.resources.length === 0 ? [] : await tools.images.findExisting(left.resources);
  if (existing.length > 0) await tools.images.change.removeResources(existing);
  return left.images.length + existing.length;
}

/** The lease of the dead run, for the image's snapshots: if this run is killed too, the next one finds them by it. */
function traceOf(
  { name, tags }: MachineImage,
  resources: readonly TaggedResource[],
  project: string,
): Record<string, string> {
  const owner = resources.find((each) => nameOf(each.tags) === name);
  const lease = tags[TAG.run] === undefined ? (owner?.tags ?? {}) : tags;
  const own = Object.entries(lease).filter(([key]) => key.startsWith('millrace:'));
  return { ...Object.fromEntries(own), [TAG.project]: project };
}
