import { createRunHost } from '../adapters/run-host.ts';
import { registryOf } from '../drivers/image/registry-place.ts';
import { UserError } from '../model/user-error.ts';
import type { Invocation } from './command.ts';
import { askOnTerminal } from './confirm-removal.ts';
import type { DestroyWorld } from './destroy.ts';
import { openUnhashedCommit } from './open-unhashed-commit.ts';
import { openFolders } from './open-folders.ts';
import { openWorld } from './open-world.ts';
import type { Drivers, World } from './open-world.ts';

/**
 * The commit that is checked out, whatever is in the work tree, and without its hashes: what lacks a pin cannot be hashed,
 * and is to be destroyed all the same.
 */
export async function openDestroyWorld(
  invocation: Invocation,
  note: (text: string) => void,
): Promise<DestroyWorld> {
  const { env, root } = invocation;
  const { source, opened } = await openUnhashedCommit(invocation);
  const look = async (): Promise<World> => {
    const world = await openWorld(source.project, env, note, { root, opened });
    return { ...world, drivers: await withImages(world, { source, env, note }) };
  };
  const world = await look();
  return {
    source,
    drivers: world.drivers,
    lookAnew: async () => (await look()).drivers,
    account: () => readAccount(source.project.aws?.region, world),
    ask: askOnTerminal(),
    clock: world.clock,
    host: createRunHost(),
    exportFiles: (entries, folder) => opened.repository.exportFiles(entries, folder),
    openFolders: () => openFolders(invocation, world),
    ...imagesOf(source.project, env),
  };
}

type Settings = Pick<DestroyWorld, 'source'> & Pick<Invocation, 'env'> & { note: (text: string) => void };

/** Machine images of a project that names none any more are the project's, too. */
async function withImages(world: World, { source: { project }, env, note }: Settings): Promise<Drivers> {
  if (world.drivers.has('ami') || !project.aws) return world.drivers;
  const { openAmiDriver } = await import('./open-ami-driver.ts');
  return new Map([...world.drivers, ['ami', openAmiDriver({ ...world, project, env, note })]]);
}

async function readAccount(region: string | undefined, { clock }: World): Promise<string> {
  if (region === undefined) throw new UserError('NO_AWS', 'project.yaml has no `aws:`');
  const { createMachineImages } = await import('../adapters/ec2/machine-images.ts');
  return createMachineImages(region, clock).account();
}

/** The registry of one's own goes with its stack; another one is not the project's to empty. */
function imagesOf(
  project: DestroyWorld['source']['project'],
  env: Invocation['env'],
): Pick<DestroyWorld, 'images'> {
  if (Object.keys(project.images).length === 0) return {};
  const { own, write } = registryOf(project, env);
  return own ? {} : { images: `the images in ${write}` };
}
