import { createImageBuilder } from '../adapters/docker/create-image-builder.ts';
import { createRegistry } from '../adapters/registry/create-registry.ts';
import { createFindCredentials } from '../adapters/registry/find-credentials.ts';
import type { Driver } from '../drivers/driver.ts';
import { createImageDriver } from '../drivers/image/image-driver.ts';
import type { ImageTools } from '../drivers/image/image-tools.ts';
import type { OwnRegistry } from '../drivers/image/own-registry.ts';
import { registryOf } from '../drivers/image/registry-place.ts';
import type { WorldSettings } from './open-world.ts';
import { mayPublish } from './may-publish.ts';
import { readMirrorRules } from './read-mirror-rules.ts';

/** @throws UserError INVALID_MIRRORS */
export async function openImageDriver(settings: WorldSettings, own?: OwnRegistry): Promise<Driver> {
  return createImageDriver(await openImageTools(settings, own));
}

/**
 * The registry, and what builds images for it.
 * @param own the project's own registry, where it is a stack of the project
 * @throws UserError INVALID_MIRRORS
 */
export async function openImageTools(
  { project, env, clock, processes, run }: WorldSettings,
  own?: OwnRegistry,
): Promise<ImageTools> {
  const place = registryOf(project, env);
  const domains = [...new Set([place.read, place.write].map((address) => address.split('/', 1)[0]!))];
  const auth = createFindCredentials({ env, processes, own: domains });
  const building = { processes, clock, env, run, registryDomains: domains };
  const tools = own
    ? (await import('./open-own-images.ts')).openOwnImages({ ...building, project, own, auth })
    : { registry: createRegistry({ auth, clock }), builder: createImageBuilder(building) };
  return {
    ...tools,
    clock,
    place,
    publishes: mayPublish(project, env),
    mirrors: await readMirrorRules(project, env),
    stamp: run.stamp,
  };
}
