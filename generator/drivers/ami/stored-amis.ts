import { componentId } from '../../model/component.ts';
import type { Project } from '../../model/project/project.ts';
import type { CloudResources } from '../../ports/cloud-resources.ts';
import type { MachineImage, MachineImages } from '../../ports/machine-images.ts';
import type { StoredArtifact } from '../../prune/prune-world.ts';
import type { AmiTools } from './ami-tools.ts';
import { checkAccount } from './check-account.ts';
import { leaseTags } from './lease.ts';
import { TAG, isMarkedComplete } from './tags.ts';

/** A machine image of the project. */
export interface StoredAmi extends StoredArtifact {
  ami: MachineImage;
}

/** Those that bear the project's tag; one call. */
export async function listStoredAmis(
  project: string,
  images: Pick<MachineImages, 'findOwn'>,
): Promise<StoredAmi[]> {
  const found = await images.findOwn(project, []);
  return found
    .filter(({ tags }) => tags[TAG.project] === project && (tags[TAG.component] ?? '') !== '')
    .map((ami): StoredAmi => {
      const { [TAG.component]: name, [TAG.hash]: hash = '', [TAG.revision]: revision } = ami.tags;
      const build = { hash, ...(revision ? { revision } : {}), made: Date.parse(ami.created) };
      return {
        component: componentId('ami', name!),
        id: ami.id,
        names: [ami.name],
        hashes: hash === '' ? [] : [hash],
        builds: hash === '' ? [] : [build],
        ...strangeness(ami),
        ami,
      };
    });
}

/** What a bake is making, or a dead one has left, is a matter of its lease. */
function strangeness(ami: MachineImage): { strange?: string } {
  if (!isMarkedComplete(ami)) return { strange: 'is not whole; the next bake sweeps what a dead one left' };
  return ami.state === 'available' ? {} : { strange: `its state is ${ami.state}` };
}

/** The images that the project's machines were started from, those that are just starting included. */
export async function findUsedAmis(
  project: string,
  cloud: Pick<CloudResources, 'sweep'>,
): Promise<Map<string, string>> {
  const { machines } = await cloud.sweep(project);
  const living = machines.filter(({ state }) => state !== 'terminated');
  return new Map(living.map(({ id, image }) => [image, `machine ${id} runs it`]));
}

/**
 * Deregisters images and deletes their snapshots.
 * @returns those that are gone
 * @throws UserError WRONG_ACCOUNT before anything else
 */
export async function removeStoredAmis(
  removed: readonly StoredAmi[],
  project: Project,
  { images, host, clock }: Pick<AmiTools, 'images' | 'host' | 'clock'>,
  signal: AbortSignal,
): Promise<StoredAmi[]> {
  const gone: StoredAmi[] = [];
  if (removed.length === 0) return gone;
  await checkAccount(project, images);
  for (const one of removed) {
    if (signal.aborted) break;
    // If this run is killed before the snapshots are gone, the next bake finds them by its lease.
    const own = Object.entries(one.ami.tags).filter(([key]) => key.startsWith('millrace:'));
    await images.change.removeImage(one.ami, {
      ...Object.fromEntries(own),
      ...leaseTags(host.identity(), clock.now()),
    });
    gone.push(one);
  }
  return gone;
}
