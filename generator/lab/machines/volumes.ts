import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { machineFolder } from './machine.ts';
import type { Machine } from './machine.ts';
import { runTool, tryTool } from './run-tool.ts';

/** A disk that is plugged into a machine. */
export interface PluggedVolume {
  /** As EC2 calls it, `vol-0123`. */
  id: string;
  /** The device name that was asked for, such as `/dev/sdf`. */
  device: string;
  /** Name of the block device that it is, such as `loop3`, and its numbers. */
  block: { name: string; major: number; minor: number };
}

const GIBIBYTE = 1024 ** 3;

/**
 * Makes a volume ready to be plugged in: a file that grows as it is written, on a loop device.
 * @param size in GiB; taken when it is made for the first time
 */
export async function openVolume(
  folder: string,
  id: string,
  size: number,
  device: string,
): Promise<PluggedVolume> {
  mkdirSync(join(folder, 'volumes'), { recursive: true });
  const file = fileOf(folder, id);
  if (!existsSync(file)) {
    const descriptor = openSync(file, 'w', 0o600);
    ftruncateSync(descriptor, size * GIBIBYTE);
    closeSync(descriptor);
  }
  const path = (await loopsOf(file))[0] ?? (await runTool('losetup', ['--find', '--show', file])).trim();
  const { rdev } = statSync(path);
  // As the kernel packs them (makedev(3)): both are small here.
  const block = { name: path.slice('/dev/'.length), major: (rdev >> 8) & 0xfff, minor: rdev & 0xff };
  return { id, device, block };
}

/** Takes it off its loop device; data stay. A machine that still has it mounted keeps the device until it lets go. */
export async function closeVolume(folder: string, id: string): Promise<void> {
  for (const loop of await loopsOf(fileOf(folder, id))) await tryTool('losetup', ['--detach', loop]);
}

/** Fine where there is none. */
export async function removeVolume(folder: string, id: string): Promise<void> {
  await closeVolume(folder, id);
  rmSync(fileOf(folder, id), { force: true });
}

/** Ids of those that hold data. */
export function listVolumes(folder: string): string[] {
  const path = join(folder, 'volumes');
  return existsSync(path) ? readdirSync(path).map((name) => name.replace(/\.img$/, '')) : [];
}

/**
 * Lines of four words for the script that makes the devices: the name of the block device, its numbers, and the links
 * to it, separated by `,`: the name asked for, and the one by which udev shows EBS on Nitro (Amazon EC2 user guide,
 * "Map Amazon EBS volumes to NVMe device names").
 */
export function deviceLines(volumes: readonly PluggedVolume[]): string {
  return volumes
    .map(({ id, device, block }) => {
      const link = `disk/by-id/nvme-Amazon_Elastic_Block_Store_${id.replace('-', '')}`;
      return `${block.name} ${block.major} ${block.minor} ${device.replace(/^\/dev\//, '')},${link}\n`;
    })
    .join('');
}

/** Shows exactly these to a machine that runs. */
export async function plugVolumes(machine: Machine, volumes: readonly PluggedVolume[]): Promise<void> {
  const known = join(machineFolder(machine), 'devices');
  const lines = deviceLines(volumes);
  if (readFileSync(known, 'utf8') === lines) return;
  const script = `cd "/proc/$1/root/dev" && ${MAKE_DEVICES}`;
  await runTool('bash', ['-eu', '-c', script, 'plug', String(machine.init)], lines);
  writeFileSync(known, lines);
}

/** Reads the lines above, in the machine's /dev. */
export const MAKE_DEVICES = `find . -type b -delete
find . -lname '*loop*' -delete
mkdir -p disk/by-id
while read -r name major minor links; do
  mknod -m 660 "$name" b "$major" "$minor"
  for link in \${links//,/ }; do
    ln -sfn "/dev/$name" "$link"
  done
done`;

/** Loop devices of any file of the lab. */
export async function listLoops(folder: string): Promise<string[]> {
  const list = await runTool('losetup', ['--noheadings', '--raw', '--output', 'NAME,BACK-FILE']);
  return list.split('\n').flatMap((line) => {
    const [name = '', file = ''] = line.split(' ');
    return file.startsWith(`${folder}/`) ? [name] : [];
  });
}

const fileOf = (folder: string, id: string): string => join(folder, 'volumes', `${id}.img`);

async function loopsOf(file: string): Promise<string[]> {
  const list = await runTool('losetup', ['--noheadings', '--output', 'NAME', '--associated', file]);
  return list.split('\n').filter((line) => line !== '');
}
