import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listMachines, machineFolder } from './machine.ts';
import type { Machine } from './machine.ts';
import { runTool } from './run-tool.ts';

/** What machines can be booted from. */
export interface SystemImage {
  /** Root file systems upon each other, uppermost first; absolute paths. */
  layers: readonly string[];
  /** Folder of what the engine keeps, which cannot lie in a layer; the machine gets a copy. */
  disk?: string;
}

/** @returns undefined where no image of that id was saved */
export function findImage(folder: string, id: string): SystemImage | undefined {
  try {
    return JSON.parse(readFileSync(recordOf(folder, id), 'utf8')) as SystemImage;
  } catch {
    return undefined;
  }
}

/**
 * Copies what a machine has written, to be booted from later. Nobody sees it before `name` is called, which is quick:
 * an image is there whole or not at all.
 */
export async function saveImage(
  machine: Machine,
): Promise<{ name: (id: string) => void; discard: () => void }> {
  const { folder, system } = machine;
  const layers = join(folder, 'layers');
  mkdirSync(layers, { recursive: true });
  const unique = `${machine.name}-${Date.now().toString(36)}`;
  const [layer, disk] = [join(layers, unique), join(layers, `${unique}.disk`)];
  const own = machineFolder(machine);
  await runTool('sync', ['--file-system', own]);
  for (const [from, to] of [
    [join(own, 'upper'), layer],
    [join(own, 'disk'), disk],
  ] as const)
    await runTool('cp', ['--archive', '--reflink=auto', '--no-target-directory', from, to]);
  return {
    name: (id) => {
      const record: SystemImage = { layers: [layer, ...system], disk };
      mkdirSync(join(folder, 'images'), { recursive: true });
      writeFileSync(`${recordOf(folder, id)}.new`, JSON.stringify(record));
      renameSync(`${recordOf(folder, id)}.new`, recordOf(folder, id));
    },
    discard: () => {
      for (const path of [layer, disk]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Ids of all that were saved. */
export function listImages(folder: string): string[] {
  const path = join(folder, 'images');
  if (!existsSync(path)) return [];
  return readdirSync(path).flatMap((name) =>
    name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
  );
}

/** Fine where there is none. Its layers go with the last image and machine that lies upon them. */
export function removeImage(folder: string, id: string): void {
  rmSync(recordOf(folder, id), { force: true });
  sweepLayers(folder);
}

/** Removes layers that nothing refers to, also those of a copy that was killed. Not to be called beside `saveImage`. */
export function sweepLayers(folder: string): void {
  const images = listImages(folder).flatMap((id) => findImage(folder, id) ?? []);
  const used = [
    ...images.flatMap(({ layers, disk = '' }) => [...layers, disk]),
    ...listMachines(folder).flatMap(({ system }) => system),
  ];
  const layers = join(folder, 'layers');
  for (const name of existsSync(layers) ? readdirSync(layers) : [])
    if (!used.includes(join(layers, name))) rmSync(join(layers, name), { recursive: true, force: true });
}

const recordOf = (folder: string, id: string): string => join(folder, 'images', `${id}.json`);
