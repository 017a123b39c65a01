import { UserError } from '../../model/user-error.ts';
import type { MachineImage } from '../../ports/machine-images.ts';
import type { AmiTools } from './ami-tools.ts';
import type { Bake } from './plan-bake.ts';
import { TAG, isComplete } from './tags.ts';

const POLL_MILLISECONDS = 3_000;
const WAIT_MILLISECONDS = 15 * 60_000;

/**
 * Marks an image as complete once EC2 has it whole. Returns when a look by name shows the mark: a run that looks
 * later and sees none would take it for incomplete.
 *
 * @throws UserError AMI_FAILED where the image never becomes available
 */
export async function finishImage(bake: Bake, id: string, tools: AmiTools): Promise<MachineImage> {
  const made = await waitFor(bake, id, tools, ({ state }) => state === 'available');
  const { change } = tools.images;
  await change.tag([id, ...made.snapshots], bake.tags);
  await change.tag([id], { [TAG.complete]: 'true' });
  return waitFor(bake, id, tools, (image) => isComplete(image, bake.wanted));
}

async function waitFor(
  { wanted, use }: Bake,
  id: string,
  { images, clock }: AmiTools,
  isReady: (image: MachineImage) => boolean,
): Promise<MachineImage> {
  const begun = clock.now();
  for (;;) {
    const found = await images.findOwn(wanted.project, [wanted.name]);
    const image = found.find((each) => each.id === id);
    if (image && image.name === wanted.name && isReady(image)) return image;
    const isLost = image !== undefined && /^(?:failed|error|invalid|deregistered)$/.test(image.state);
    if (isLost || clock.now() - begun > WAIT_MILLISECONDS) {
      const state = image === undefined ? 'is not shown by EC2' : `is "${image.state}"`;
      throw new UserError('AMI_FAILED', `${use.id}: Packer made ${id}, but it ${state}; run it again`);
    }
    await clock.sleep(POLL_MILLISECONDS);
  }
}
