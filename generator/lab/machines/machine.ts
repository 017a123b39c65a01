import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeBridge } from './bridge.ts';
import type { OwnProcess } from '../own-process.ts';

/** A machine of a lab: a root file system of its own, a network of its own, and processes that see only each other. */
export interface Machine {
  /** The lab's folder. */
  folder: string;
  /** Unique in its lab, such as the instance's id. */
  name: string;
  /** The machine's own first; then those by which others know it. */
  addresses: readonly string[];
  /** Its layers, uppermost first; nobody writes into them. */
  system: readonly string[];
  /** Waits for the machine's first process, which goes with it. */
  power: OwnProcess;
  /** Number of its first process outside; `/proc/<init>/root` is what the machine sees. */
  init: number;
}

/** Where everything of it lies. */
export const machineFolder = ({ folder, name }: Pick<Machine, 'folder' | 'name'>): string =>
  join(folder, 'machines', name);

/** Its network namespace. */
export const namespaceOf = ({ folder, name }: Pick<Machine, 'folder' | 'name'>): string =>
  `${describeBridge(folder).router}-${name}`;

const RECORD = 'machine.json';

export function writeMachine(machine: Machine): void {
  const path = join(machineFolder(machine), RECORD);
  writeFileSync(`${path}.new`, JSON.stringify(machine), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Machines of a lab that were booted once and not removed. */
export function listMachines(folder: string): Machine[] {
  let names: string[];
  try {
    names = readdirSync(join(folder, 'machines'));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const machine = readMachine(folder, name);
    return machine === undefined ? [] : [machine];
  });
}

/** @returns undefined where there is none of that name, or it has never been up */
export function readMachine(folder: string, name: string): Machine | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'machines', basename(name), RECORD), 'utf8')) as Machine;
  } catch {
    return undefined;
  }
}
