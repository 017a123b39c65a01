import { homedir } from 'node:os';
import { join } from 'node:path';
import { createMachineImages } from '../adapters/ec2/machine-images.ts';
import { createRunHost } from '../adapters/run-host.ts';
import { createAmiDriver } from '../drivers/ami/ami-driver.ts';
import type { Driver } from '../drivers/driver.ts';
import type { WorldSettings } from './open-world.ts';

export function openAmiDriver({ project, env, clock, processes, note }: WorldSettings): Driver {
  // A project with AMIs has aws:, its rules say so.
  const images = createMachineImages(project.aws!.region, clock);
  // Plugins of newer Packers, pinned by the template's own list, are fetched once for all projects of this user.
  const cacheFolder = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'millrace');
  return createAmiDriver({
    cacheFolder,
    images,
    processes,
    clock,
    host: createRunHost(),
    environment: env,
    note,
  });
}
