import type { Clock } from '../../ports/clock.ts';
import type { MachineImages } from '../../ports/machine-images.ts';
import { createAwsClients } from './aws-clients.ts';
import { removeImage, removeResources, tagResources } from './change-resources.ts';
import { findOwn, findSource } from './find-images.ts';
import { findExisting, findRunResources } from './find-resources.ts';
import { makeGroup, makeKey } from './make-access.ts';

/** EC2 of one region and STS, through the AWS SDK, which is loaded at the first call. */
export function createMachineImages(region: string, clock: Clock): MachineImages {
  const clients = createAwsClients(region);
  return {
    account: clients.account,
    findSource: (filter) => findSource(clients, filter),
    findOwn: (project, names) => findOwn(clients, project, names),
    findRunResources: () => findRunResources(clients),
    findExisting: (resources) => findExisting(clients, resources),
    change: {
      tag: (ids, tags) => tagResources(clients, ids, tags),
      removeImage: (image, tags) => removeImage(clients, image, tags),
      removeResources: (resources) => removeResources(clients, clock, resources),
      makeKey: (name, tags) => makeKey(clients, name, tags),
      makeGroup: (request) => makeGroup(clients, request),
    },
  };
}
