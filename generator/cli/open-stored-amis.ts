import { createMachineImages } from '../adapters/ec2/machine-images.ts';
import { checkAccount } from '../drivers/ami/check-account.ts';
import { findUsedAmis, listStoredAmis, removeStoredAmis } from '../drivers/ami/stored-amis.ts';
import type { Project } from '../model/project/project.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudResources } from '../ports/cloud-resources.ts';
import type { RunHost } from '../ports/run-host.ts';
import type { PlacesToPrune, StoredAmis } from './places-to-prune.ts';

interface Settings {
  project: Project;
  cloud: CloudResources;
  clock: Clock;
  host: RunHost;
}

/** Machine images of the project, those of components that it no longer has included. */
export function openStoredAmis({
  project,
  cloud,
  clock,
  host,
}: Settings): StoredAmis & Pick<PlacesToPrune, 'checkAccount'> {
  // Who has a cloud has `aws:`.
  const images = createMachineImages(project.aws!.region, clock);
  return {
    checkAccount: () => checkAccount(project, images),
    list: () => listStoredAmis(project.project, images),
    findUsed: () => findUsedAmis(project.project, cloud),
    remove: (removed, signal) => removeStoredAmis(removed, project, { images, host, clock }, signal),
  };
}
