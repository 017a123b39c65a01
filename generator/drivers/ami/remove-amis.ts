import type { ComponentId } from '../../model/component.ts';
import { isDead } from '../../model/lease.ts';
import { UserError } from '../../model/user-error.ts';
import type { MachineImage } from '../../ports/machine-images.ts';
import type { RemovalContext } from '../driver.ts';
import { hereOf } from './ami-tools.ts';
import type { AmiTools } from './ami-tools.ts';
import { checkAccount } from './check-account.ts';
import { collectLeases, leaseTags } from './lease.ts';
import type { Holdings } from './leftovers.ts';
import { readHoldings, sweepLeftovers } from './sweep.ts';
import { TAG, isMarkedComplete } from './tags.ts';

/**
 * Removes every image of a component, of all of its hashes, with their snapshots; and what dead runs of the project left.
 * What a living run is making is not taken from under it.
 * @throws UserError AMI_BUSY, INTERRUPTED, WRONG_ACCOUNT
 */
export async function removeAmis(
  id: ComponentId,
  { source: { project }, phase, log, signal }: Pick<RemovalContext, 'source' | 'phase' | 'log' | 'signal'>,
  tools: AmiTools,
): Promise<void> {
  const name = id.slice(id.indexOf(':') + 1);
  await checkAccount(project, tools.images);
  phase('sweeping leftovers');
  await tools.host.endOrphans();
  const swept = await sweepLeftovers(tools, project.project);
  if (swept > 0) log(`removed ${swept} leftovers of runs that are dead`);
  const holdings = await readHoldings(tools, project.project);
  const isOwn = ({ tags }: Pick<MachineImage, 'tags'>): boolean =>
    tags[TAG.project] === project.project && tags[TAG.component] === name;
  refuseBusy(id, holdings, isOwn, tools);
  for (const image of holdings.images.filter(isOwn)) {
    if (signal.aborted)
      throw new UserError('INTERRUPTED', `${id}: the removal was interrupted; run it again for the rest`);
    phase(`removing ${image.id}`);
    // If this run is killed before the snapshots are gone, the next one finds them by its lease.
    const trace = { ...ownTags(image), ...leaseTags(tools.host.identity(), tools.clock.now()) };
    await tools.images.change.removeImage(image, trace);
    log(`removed ${image.id} (${image.name})`);
  }
}

/** A bake that goes on would finish its image after the removal. */
function refuseBusy(
  id: ComponentId,
  { images, resources }: Holdings,
  isOwn: (thing: Pick<MachineImage, 'tags'>) => boolean,
  tools: AmiTools,
): void {
  const here = hereOf(tools);
  const leases = collectLeases([...images, ...resources]);
  const unfinished = [...images.filter((image) => !isMarkedComplete(image)), ...resources].filter(isOwn);
  // Snapshots of whole images bear the lease of the bake that made them.
  const needed = new Set(images.filter(isMarkedComplete).flatMap(({ snapshots }) => snapshots));
  const busy = unfinished.find((thing) => {
    const lease = leases.get(thing.tags[TAG.run] ?? '');
    const isWhole =
      needed.has(thing.id) || images.some((image) => image.id === thing.id && isMarkedComplete(image));
    return !isWhole && lease !== undefined && !isDead(lease, here);
  });
  if (!busy) return;
  throw new UserError(
    'AMI_BUSY',
    `${id}: another run is making an image (${busy.id}); end it, or wait until it is done, and run this again`,
  );
}

function ownTags({ tags }: MachineImage): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith('millrace:')));
}
