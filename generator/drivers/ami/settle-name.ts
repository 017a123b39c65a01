import { UserError } from '../../model/user-error.ts';
import type { MachineImage } from '../../ports/machine-images.ts';
import type { TaskContext } from '../driver.ts';
import { hereOf } from './ami-tools.ts';
import type { AmiTools } from './ami-tools.ts';
import { leaseTags } from './lease.ts';
import { isClaimed } from './leftovers.ts';
import type { Bake } from './plan-bake.ts';
import { readHoldings } from './sweep.ts';
import { isComplete, isMarkedComplete } from './tags.ts';

const POLL_MILLISECONDS = 10_000;
/** A lease ends sooner; what is extended for longer than this is no bake any more. */
const WAIT_MILLISECONDS = 2 * 3_600_000;
/** EC2 shows what it has just registered after a while. */
const SHOWN_MILLISECONDS = 120_000;

/**
 * Makes the name free, or finds that its work is done: adopts a complete image, waits for a live run's, removes a
 * dead one's.
 *
 * @param isTaken EC2 has just refused the name, so that some image must show
 * @returns the complete image, or undefined where the name is free
 * @throws UserError AMI_BUSY, AMI_UNUSABLE
 */
export async function settleName(
  bake: Bake,
  tools: AmiTools,
  task: Pick<TaskContext, 'log' | 'phase' | 'signal'>,
  isTaken = false,
): Promise<MachineImage | undefined> {
  const { wanted } = bake;
  const { run } = tools.host.identity();
  const begun = tools.clock.now();
  let isWaiting = false;
  for (;;) {
    const holdings = await readHoldings(tools, wanted.project, [wanted.name]);
    const image = holdings.images.find(({ name }) => name === wanted.name);
    const waited = tools.clock.now() - begun;
    if (!image && (!isTaken || waited > SHOWN_MILLISECONDS)) return undefined;
    if (image && isComplete(image, wanted)) return image;
    if (image) {
      refuseUnusable(bake, image);
      const here = hereOf(tools);
      const judgement = { here, project: wanted.project, ended: { run, hash: wanted.hash } };
      if (!isClaimed(wanted.name, holdings, judgement)) {
        task.log(`${image.id} was left incomplete by a run that is dead: it is removed`);
        const trace = { ...bake.tags, ...leaseTags(tools.host.identity(), here.now) };
        await tools.images.change.removeImage(image, trace);
        return undefined;
      }
      if (!isWaiting) {
        task.phase('waiting for another run');
        task.log(`another run is making ${image.id} (${image.state}); waiting for it`);
        isWaiting = true;
      }
      if (waited > WAIT_MILLISECONDS) {
        throw new UserError(
          'AMI_BUSY',
          `${bake.use.id}: ${image.id} has been incomplete for two hours, and its run extends its lease; look at that run`,
        );
      }
    }
    await tools.clock.sleep(POLL_MILLISECONDS, task.signal);
  }
}

/** Complete by its mark, and yet not to be used: somebody disabled it or changed its tags. */
function refuseUnusable({ use, wanted }: Bake, image: MachineImage): void {
  if (!isMarkedComplete(image) || image.state === 'pending') return;
  throw new UserError(
    'AMI_UNUSABLE',
    `${use.id}: ${image.id} has the name ${wanted.name}, but its state is "${image.state}" or its tags were changed; ` +
      'deregister it, or mend it',
  );
}
