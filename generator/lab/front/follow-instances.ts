import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeImage, saveImage, sweepLayers, listImages } from '../machines/images.ts';
import { closeVolume, listVolumes, removeVolume } from '../machines/volumes.ts';
import { readMachine, writeTrouble } from '../machines/machine.ts';
import { createTurns } from './turns.ts';
import type { MachineChanger } from './change-machine.ts';
import { readWanted } from './wanted-machine.ts';
import type { WantedMachine } from './wanted-machine.ts';

/** Keeps the lab's machines as the AWS stand-in says that instances are. */
export interface InstanceFollower {
  /** Looks at the stand-in and changes what differs. Resolves when all of it is done; never rejects. */
  follow: () => Promise<void>;
  /** Switches a machine off and on. */
  reboot: (id: string) => Promise<void>;
  /**
   * Copies a machine's file system, then has the image made.
   * @param make returns the image's id, or undefined where it was refused
   */
  saveImage: (id: string, make: () => Promise<string | undefined>) => Promise<void>;
}

/** What of the lab its follower needs. */
export interface FollowedLab {
  folder: string;
  changer: MachineChanger;
  /** Regions that have been spoken to so far. */
  regions: () => readonly string[];
  /** Speaks to the stand-in when nobody else does. */
  alone: <T>(speak: () => Promise<T>) => Promise<T>;
  tell: (text: string) => void;
}

export function followInstances(lab: FollowedLab): InstanceFollower {
  const { folder, changer, tell } = lab;
  const turns = createTurns();
  let wanted = new Map<string, WantedMachine>();
  const report = (id: string) => (error: unknown) => tell(`${id}: ${(error as Error).message}`);
  // In the turn of the disks: an image that is being made meanwhile is in no list that was read before.
  const look = (): Promise<void> =>
    turns.take(DISKS, async () => {
      const regions = await lab.alone(() => Promise.all(lab.regions().map(readWanted)));
      const machines = regions.flatMap((region) => region.machines);
      wanted = new Map(machines.map((machine) => [machine.id, machine]));
      const [volumes, images] = [
        regions.flatMap((region) => region.volumes),
        regions.flatMap((region) => region.images),
      ];
      await tidyDisks(folder, machines, volumes, images).catch(report('disks'));
    });
  const converge = async (id: string): Promise<void> => {
    const machine = wanted.get(id);
    if (!machine) return changer.remove(id);
    if (machine.isOn && !readMachine(folder, id)) writeTrouble(folder, id, 'it is being made');
    try {
      await (machine.isOn ? changer.start(machine) : changer.stop(machine));
      writeTrouble(folder, id, undefined);
    } catch (error) {
      writeTrouble(folder, id, (error as Error).message);
      throw error;
    }
  };
  return {
    follow: async () => {
      await turns.take(LOOK, look).catch(report('AWS stand-in'));
      const ids = new Set([...wanted.keys(), ...listFolders(folder)]);
      await Promise.all([...ids].map((id) => turns.take(id, () => converge(id)).catch(report(id))));
      // Nothing may lie upon an image any more that a removed machine was made from.
      await turns.take(DISKS, () => Promise.resolve(sweepLayers(folder))).catch(report('disks'));
    },
    reboot: (id) =>
      turns
        .take(id, async () => {
          const machine = wanted.get(id);
          if (!machine?.isOn) return;
          await changer.stop(machine);
          await changer.start(machine);
        })
        .catch(report(id)),
    saveImage: async (id, make) => {
      // What was asked of it before, such as to stop, is done first.
      await turns.take(LOOK, look).catch(report('AWS stand-in'));
      return turns.take(id, async () => {
        await converge(id).catch(report(id));
        await turns.take(DISKS, async () => {
          const machine = readMachine(folder, id);
          const image = machine === undefined ? undefined : await saveImage(machine);
          const name = await make();
          if (name === undefined) image?.discard();
          else image?.name(name);
        });
      });
    },
  };
}

const DISKS = 'disks';
const LOOK = 'look';

/** Machines that are there, or were begun. */
function listFolders(folder: string): string[] {
  const path = join(folder, 'machines');
  return existsSync(path) ? readdirSync(path) : [];
}

/** Takes off what hangs nowhere any more, and removes what the stand-in has forgotten. */
async function tidyDisks(
  folder: string,
  machines: readonly WantedMachine[],
  volumes: readonly string[],
  images: readonly string[],
): Promise<void> {
  const attached = machines.flatMap((machine) => machine.volumes.map(({ id }) => id));
  for (const id of listVolumes(folder)) {
    if (!volumes.includes(id)) await removeVolume(folder, id);
    else if (!attached.includes(id)) await closeVolume(folder, id);
  }
  for (const id of listImages(folder)) if (!images.includes(id)) removeImage(folder, id);
}
