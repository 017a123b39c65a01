import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Waits for the machine's first process, which goes with it; none where it has not come up yet. */
  power?: OwnProcess;
  /** Number of its first process outside; `/proc/<init>/root` is what the machine sees. */
  init: number;
  /** It was told to stop, and is to be started again only when it is told to. */
  isOff?: boolean;
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

/** Machines of a lab that were to be booted once and were not removed. */
export function listMachines(folder: string): Machine[] {
  return listNames(folder).flatMap((name) => readMachine(folder, name) ?? []);
}

function listNames(folder: string): string[] {
  const path = join(folder, 'machines');
  return existsSync(path) ? readdirSync(path) : [];
}

/** @returns undefined where there is none of that name */
export function readMachine(folder: string, name: string): Machine | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'machines', basename(name), RECORD), 'utf8')) as Machine;
  } catch {
    return undefined;
  }
}

/** What went wrong with machines, the newest of each: a file a machine, so that it goes with it. */
export function readTrouble(folder: string): string[] {
  return listNames(folder).flatMap((name) => {
    try {
      return [`${name}: ${readFileSync(join(folder, 'machines', name, TROUBLE), 'utf8').trim()}`];
    } catch {
      return [];
    }
  });
}

/** @param text undefined where all is well again */
export function writeTrouble(folder: string, name: string, text: string | undefined): void {
  const own = machineFolder({ folder, name });
  if (text === undefined) {
    rmSync(join(own, TROUBLE), { force: true });
    return;
  }
  mkdirSync(own, { recursive: true, mode: 0o700 });
  writeFileSync(join(own, TROUBLE), text);
}

const TROUBLE = 'trouble';
