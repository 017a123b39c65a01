import type { FoundManifest, Registry, RepositoryAddress } from '../../ports/registry.ts';

/** What a manifest leads to. */
export interface Contents {
  /** Digests of the manifests of an index. */
  parts: readonly string[];
  /** Bytes by digest, of all blobs and manifests that it needs, itself included. */
  blobs: ReadonlyMap<string, number>;
}

interface Descriptor {
  digest: string;
  size: number;
}

/** As far as it is read here (image-spec, manifest.md and image-index.md). */
interface Manifest {
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

/** @throws UserError where a part of an index cannot be read; one that is gone has no bytes */
export async function readContents(
  address: RepositoryAddress,
  { digest, body }: FoundManifest,
  registry: Pick<Registry, 'findManifest'>,
): Promise<Contents> {
  const { config, layers = [], manifests = [] } = JSON.parse(new TextDecoder().decode(body)) as Manifest;
  const blobs = new Map<string, number>([[digest, body.length]]);
  for (const one of [...(config ? [config] : []), ...layers]) blobs.set(one.digest, one.size ?? 0);
  for (const child of manifests) {
    const found = await registry.findManifest(address, child.digest);
    const inner = found && (await readContents(address, found, registry));
    for (const [name, size] of inner?.blobs ?? []) blobs.set(name, size);
  }
  return { parts: manifests.map((child) => child.digest), blobs };
}

/** The bytes that nothing but `removed` needs: what several share counts once, what `kept` needs not at all. */
export function freedBy(
  removed: readonly Pick<Contents, 'blobs'>[],
  kept: readonly Pick<Contents, 'blobs'>[],
): number {
  const needed = new Set(kept.flatMap(({ blobs }) => [...blobs.keys()]));
  const freed = new Map(removed.flatMap(({ blobs }) => [...blobs].filter(([digest]) => !needed.has(digest))));
  return [...freed.values()].reduce((sum, size) => sum + size, 0);
}
