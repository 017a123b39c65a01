import * as z from 'zod';
import { formatReference } from '../../model/mirrors.ts';
import type { ImageReference } from '../../model/image-reference.ts';
import { UserError } from '../../model/user-error.ts';
import type { FoundManifest, Registry } from '../../ports/registry.ts';

/** `linux/arm64/v8`, in its parts (OCI image-spec, image-index.md). */
interface Platform {
  os: string;
  architecture: string;
  variant?: string | undefined;
}

const PlatformFields = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
const Descriptor = z.object({ digest: z.string(), platform: PlatformFields.optional() });
const Index = z.object({ manifests: z.array(Descriptor) });
const ImageManifest = z.object({ config: z.object({ digest: z.string() }) });
const ImageConfig = z.object({
  os: z.string().optional(),
  architecture: z.string().optional(),
  variant: z.string().optional(),
  created: z.string().optional(),
});

/** What containerd takes an architecture without a variant for (platforms/database.go). */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8', arm: 'v7' };

/**
 * The digest of what a tag names now: of the index where it is one.
 * @param reference where to ask, mirrors included
 * @param platforms that it must have, such as `linux/arm64`; none: whatever it has
 * @throws UserError NO_SUCH_IMAGE, NO_SUCH_PLATFORM, and what a registry throws
 */
export async function resolveExternal(
  registry: Registry,
  reference: ImageReference,
  platforms: readonly string[],
): Promise<string> {
  const shown = formatReference(reference);
  const found = await registry.findManifest(reference, reference.digest ?? reference.tag ?? 'latest');
  if (!found) {
    throw new UserError(
      'NO_SUCH_IMAGE',
      `${shown}: the registry has none of this name; correct the name or the tag`,
    );
  }
  if (platforms.length === 0) return found.digest;
  const held = await readPlatforms(registry, reference, found);
  const missing = platforms.filter((text) => !held.some((one) => one === undefined || covers(one, text)));
  if (missing.length === 0) return found.digest;
  const there = [...new Set(held.flatMap((one) => (one ? [formatPlatform(one)] : [])))].sort().join(', ');
  throw new UserError(
    'NO_SUCH_PLATFORM',
    `${shown}: is not there for ${missing.join(', ')}, only for ${there || 'no platform'}; take another image, or other platforms`,
  );
}

/**
 * When an image was made, as it says itself; of an index, its first image.
 * @returns ISO 8601; undefined where it is not to be had
 */
export async function readCreated(
  registry: Registry,
  address: ImageReference,
  digest: string,
): Promise<string | undefined> {
  try {
    const found = await registry.findManifest(address, digest);
    if (!found) return undefined;
    const first = isIndex(found)
      ? parse(Index, found.body)?.manifests.find(({ platform }) => platform?.os !== 'unknown')
      : undefined;
    const image = first ? await registry.findManifest(address, first.digest) : found;
    return image && (await readConfig(registry, address, image))?.created;
  } catch (error) {
    // A date beside the change; the change itself is known.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Undefined stands for an image that does not say what it is for. */
async function readPlatforms(
  registry: Registry,
  address: ImageReference,
  found: FoundManifest,
): Promise<(Platform | undefined)[]> {
  if (isIndex(found)) {
    const index = parse(Index, found.body);
    if (!index) throw unreadable(address, found.digest);
    // Attestations beside the images are of no platform.
    return index.manifests.map(({ platform }) => platform).filter((platform) => platform?.os !== 'unknown');
  }
  const config = await readConfig(registry, address, found);
  if (!config) throw unreadable(address, found.digest);
  const { os, architecture, variant } = config;
  return [os && architecture ? { os, architecture, variant } : undefined];
}

async function readConfig(
  registry: Registry,
  address: ImageReference,
  manifest: FoundManifest,
): Promise<z.infer<typeof ImageConfig> | undefined> {
  const digest = parse(ImageManifest, manifest.body)?.config.digest;
  const bytes = digest === undefined ? undefined : await registry.readBlob(address, digest);
  return bytes && parse(ImageConfig, bytes);
}

function covers(held: Platform, wanted: string): boolean {
  const [os, architecture = '', variant] = wanted.split('/');
  const usual = DEFAULT_VARIANTS[architecture] ?? '';
  return (
    held.os === os && held.architecture === architecture && (held.variant ?? usual) === (variant ?? usual)
  );
}

function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

function isIndex({ mediaType }: FoundManifest): boolean {
  return /\.image\.index\.|\.manifest\.list\./.test(mediaType);
}

function unreadable(address: ImageReference, digest: string): UserError {
  return new UserError(
    'REGISTRY_ANSWER',
    `${formatReference(address)}: its manifest ${digest} is not that of an image; name an image`,
  );
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  } catch {
    return undefined;
  }
}
