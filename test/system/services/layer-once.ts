import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressLayer } from './base-image.ts';
import type { Layer } from './base-image.ts';
import { makeOnce } from './machine.ts';

/**
 * A layer that is made once for all tests of a checkout: packing takes a while.
 * @param name of its folder
 * @param pack gives the layer as a tar
 */
export async function makeLayerOnce(name: string, pack: () => Buffer): Promise<Layer> {
  const folder = await makeOnce(name, async (place) => {
    const layer = compressLayer(pack(), 1);
    const half = mkdtempSync(`${place}.`);
    writeFileSync(join(half, 'diff-id'), layer.diffId);
    writeFileSync(join(half, 'layer.tar.gz'), layer.compressed);
    renameSync(half, place);
    return place;
  });
  return {
    diffId: readFileSync(join(folder, 'diff-id'), 'utf8'),
    compressed: readFileSync(join(folder, 'layer.tar.gz')),
  };
}
