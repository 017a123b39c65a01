import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../model/user-error.ts';
import { isRunning } from '../own-process.ts';
import { bootMachine } from '../machines/boot-machine.ts';
import { holdAddresses } from '../machines/bridge.ts';
import type { Bridge } from '../machines/bridge.ts';
import { findImage } from '../machines/images.ts';
import type { SystemImage } from '../machines/images.ts';
import { readMachine, writeMachine } from '../machines/machine.ts';
import { removeMachine, stopMachine } from '../machines/stop-machine.ts';
import { openVolume, plugVolumes } from '../machines/volumes.ts';
import type { PluggedVolume } from '../machines/volumes.ts';
import { readKeys } from './wanted-machine.ts';
import type { WantedMachine } from './wanted-machine.ts';

/** Changes one machine; not to be called twice at the same time for the same. */
export interface MachineChanger {
  /** Boots it unless it has been up: what died by itself stays dead, as on EC2. Plugs its volumes in and out. */
  start: (wanted: WantedMachine) => Promise<void>;
  /** Fine where it is off. */
  stop: (wanted: WantedMachine) => Promise<void>;
  /** Fine where there is none. */
  remove: (id: string) => Promise<void>;
}

export interface MachineWorld {
  folder: string;
  bridge: Bridge;
  forwarded: readonly number[];
  /** Images that are the base system. */
  sources: readonly string[];
  prepareBase: () => Promise<string>;
}

/** Who may log in: Debian's images have the first, Ubuntu's the second. */
const USERS = ['admin', 'ubuntu'];

export function changeMachines(world: MachineWorld): MachineChanger {
  const { folder } = world;
  const boot = async (wanted: WantedMachine): Promise<void> => {
    await holdAddresses(world.bridge, wanted.addresses);
    const known = readMachine(folder, wanted.id);
    const image = known?.power ? { layers: known.system } : await findSystem(world, wanted.image);
    const keys = [...(await readKeys(wanted)), readFileSync(join(folder, 'ssh_key.pub'), 'utf8')];
    await bootMachine({
      ...{
        folder,
        name: wanted.id,
        hostName: wanted.hostName,
        addresses: wanted.addresses,
        bridge: world.bridge,
      },
      ...{ system: image.layers, ...(image.disk === undefined ? {} : { disk: image.disk }) },
      ...{ logins: USERS.map((user) => ({ user, keys })), forwarded: world.forwarded },
      volumes: await openVolumes(folder, wanted),
    });
  };
  return {
    start: async (wanted) => {
      const machine = readMachine(folder, wanted.id);
      if (machine === undefined || machine.isOff === true || machine.power === undefined) await boot(wanted);
      else if (isRunning(machine.power)) await plugVolumes(machine, await openVolumes(folder, wanted));
    },
    stop: async ({ id }) => {
      const machine = readMachine(folder, id);
      if (machine === undefined || machine.isOff === true) return;
      await stopMachine(machine, 'off');
      writeMachine({ ...machine, isOff: true });
    },
    remove: async (id) => {
      const machine = readMachine(folder, id) ?? { folder, name: id, addresses: [], system: [], init: 0 };
      await removeMachine(machine);
    },
  };
}

async function findSystem(world: MachineWorld, image: string): Promise<SystemImage> {
  const saved = findImage(world.folder, image);
  if (saved !== undefined) return saved;
  if (world.sources.includes(image)) return { layers: [await world.prepareBase()] };
  throw new UserError(
    'LAB_PART',
    `the lab has no file system of the image ${image}: it was not made in this lab`,
  );
}

async function openVolumes(folder: string, wanted: WantedMachine): Promise<PluggedVolume[]> {
  const volumes: PluggedVolume[] = [];
  for (const { id, size, device } of wanted.volumes) volumes.push(await openVolume(folder, id, size, device));
  return volumes;
}
