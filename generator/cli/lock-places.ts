import { registryOf } from '../drivers/image/registry-place.ts';
import { createClock } from '../adapters/clock.ts';
import { createProcesses } from '../adapters/processes.ts';
import { createRegistry } from '../adapters/registry/create-registry.ts';
import { createFindCredentials } from '../adapters/registry/find-credentials.ts';
import type { Project } from '../model/project/project.ts';
import type { Clock } from '../ports/clock.ts';
import type { MachineImages } from '../ports/machine-images.ts';
import type { Invocation } from './command.ts';
import type { LookUpPlaces } from './lock-look-up.ts';
import { readMirrorRules } from './read-mirror-rules.ts';

/**
 * The registries and the region that a project's externals are looked up in.
 * @throws UserError INVALID_MIRRORS
 */
export async function openLookUpPlaces(project: Project, env: Invocation['env']): Promise<LookUpPlaces> {
  const clock = createClock();
  const { read, write } = registryOf(project, env);
  const own = [read, write].map((address) => address.split('/', 1)[0]!);
  const auth = createFindCredentials({ env, processes: createProcesses(), own });
  let machineImages: Promise<MachineImages> | undefined;
  return {
    registry: createRegistry({ auth, clock }),
    mirrors: await readMirrorRules(project, env),
    machineImages: () => (machineImages ??= openMachineImages(project, clock)),
  };
}

async function openMachineImages({ aws }: Project, clock: Clock): Promise<MachineImages> {
  const { createMachineImages } = await import('../adapters/ec2/machine-images.ts');
  // A project with AMIs has aws:, its rules say so.
  return createMachineImages(aws!.region, clock);
}
