import { isRunning } from './own-process.ts';
import type { OwnProcess } from './own-process.ts';
import { describeLimits } from './lab.ts';
import { labFolder, readLabState } from './lab-state.ts';
import { listMachines, readTrouble } from './machines/machine.ts';

/** One part of the lab, for a person. */
export interface LabPart {
  name: 'registry' | 'aws' | 'engine';
  /** Where it answers; empty where it is not there. */
  address: string;
  state: 'up' | 'down';
}

/** A machine of the lab, for a person. */
export interface LabMachine {
  /** The instance's. */
  id: string;
  /** Where it is reached. */
  address: string;
  /** `dead`: it ended by itself, or was killed. */
  state: 'up' | 'off' | 'booting' | 'dead';
}

export interface LabDescription {
  parts: LabPart[];
  machines: LabMachine[];
  /** What this lab leaves out, and what went wrong in it, a sentence each. */
  notes: string[];
}

/** What of the lab is there. */
export function describeLab(root: string): LabDescription {
  const folder = labFolder(root);
  const state = readLabState(folder);
  const part = (
    name: LabPart['name'],
    address: string | undefined,
    servers: (OwnProcess | undefined)[],
  ): LabPart => ({
    name,
    address: address ?? '',
    state:
      address !== undefined && servers.every((one) => one === undefined || isRunning(one)) ? 'up' : 'down',
  });
  return {
    parts: [
      part('registry', state?.registry?.address, [state?.registry?.server]),
      part('aws', state?.front?.endpoint ?? state?.aws?.endpoint, [state?.aws?.server, state?.front?.server]),
      part('engine', state?.engine?.host, [state?.engine?.server]),
    ],
    machines: listMachines(folder).map(({ name, addresses, power, isOff }) => ({
      id: name,
      address: addresses.at(-1) ?? '',
      state: isOff ? 'off' : power === undefined ? 'booting' : isRunning(power) ? 'up' : 'dead',
    })),
    notes: [...(state === undefined ? [] : describeLimits(state)), ...readTrouble(folder)],
  };
}
