import type { Registry, RepositoryAddress } from '../../../generator/ports/registry.ts';
import { createHash } from 'node:crypto';

export interface PushedImage {
  digest: string;
  size: number;
  architecture: string;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Puts an image without layers into a real registry: enough for whoever only looks it up. */
export async function makeImage(
  registry: Registry,
  address: RepositoryAddress,
  tag: string,
  config: { architecture: string; created?: string },
): Promise<PushedImage> {
  const blob = encode({ os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, ...config });
  const body = encode({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: blob.length,
      digest: `sha256:${createHash('sha256').update(blob).digest('hex')}`,
    },
    layers: [],
  });
  const digest = await registry.putManifest(address, tag, { mediaType: MANIFEST, body, blobs: [blob] });
  return { digest, size: body.length, architecture: config.architecture };
}

/** Puts an index of images of the same repository. @returns its digest */
export function makeIndex(
  registry: Registry,
  address: RepositoryAddress,
  tag: string,
  images: readonly PushedImage[],
): Promise<string> {
  const manifests = images.map(({ digest, size, architecture }) => {
    return { mediaType: MANIFEST, digest, size, platform: { os: 'linux', architecture } };
  });
  const body = encode({ schemaVersion: 2, mediaType: INDEX, manifests });
  return registry.putManifest(address, tag, { mediaType: INDEX, body, blobs: [] });
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
