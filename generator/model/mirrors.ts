import { parseImageReference } from './image-reference.ts';
import type { ImageReference } from './image-reference.ts';

/** Where external images are fetched in place of where they say. */
export interface MirrorRules {
  /** `domain/path:tag`, or `domain/path` for every tag -> the image. */
  images: ReadonlyMap<string, ImageReference>;
  /** Domain of a registry -> the place in front of its paths. */
  registries: ReadonlyMap<string, { domain: string; prefix: string }>;
}

/** An entry that says nothing, by its key. */
export interface MirrorProblem {
  key: string;
  part: 'key' | 'value';
  message: string;
  hint: string;
}

export const NO_MIRRORS: MirrorRules = { images: new Map(), registries: new Map() };

/**
 * Reads `mirrors:`. A key without a slash and with a dot or a port before any tag (`docker.io`, `localhost:5000`) is a
 * registry, and its value `host[:port][/path]`; any other is an image, with a tag or for all of its tags.
 */
export function readMirrors(entries: Readonly<Record<string, string>>): {
  rules: MirrorRules;
  problems: MirrorProblem[];
} {
  const images = new Map<string, ImageReference>();
  const registries = new Map<string, { domain: string; prefix: string }>();
  const problems: MirrorProblem[] = [];
  for (const [key, value] of Object.entries(entries)) {
    if (isRegistry(key)) {
      const place = readPlace(value);
      if (place) registries.set(domainOf(key), place);
      else {
        const message = `expected a registry, found ${JSON.stringify(value)}`;
        problems.push({ key, part: 'value', message, hint: 'write host[:port] or host[:port]/path' });
      }
      continue;
    }
    const from = parseImageReference(key);
    const to = parseImageReference(value);
    if ('message' in from) problems.push({ key, part: 'key', ...from });
    else if (from.digest !== undefined) {
      const message = 'a digest is the same everywhere';
      problems.push({ key, part: 'key', message, hint: 'write the image without it' });
    } else if ('message' in to) problems.push({ key, part: 'value', ...to });
    else images.set(from.tag === undefined ? nameOf(from) : `${nameOf(from)}:${from.tag}`, to);
  }
  return { rules: { images, registries }, problems };
}

/** Where an image is fetched: the most special rule counts, and what it leaves open stays. */
export function mirrorReference(
  reference: ImageReference,
  { images, registries }: MirrorRules,
): ImageReference {
  const { tag, digest } = reference;
  const image = images.get(`${nameOf(reference)}:${tag ?? 'latest'}`) ?? images.get(nameOf(reference));
  if (image) {
    return {
      ...image,
      ...(image.tag === undefined && tag !== undefined ? { tag } : {}),
      ...(digest === undefined ? {} : { digest }),
    };
  }
  const registry = registries.get(reference.domain);
  if (!registry) return reference;
  return { ...reference, domain: registry.domain, path: registry.prefix + reference.path };
}

/** A reference in full, as Docker takes it: `docker.io/library/debian:12@sha256:…`. */
export function formatReference({ domain, path, tag, digest }: ImageReference): string {
  const pinned = digest === undefined ? '' : `@${digest}`;
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}${pinned}`;
}

function nameOf({ domain, path }: ImageReference): string {
  return `${domain}/${path}`;
}

function isRegistry(key: string): boolean {
  return (
    !key.includes('/') && (/^[^:]*\./.test(key) || /^localhost(:[0-9]+)?$/.test(key) || key.startsWith('['))
  );
}

function domainOf(key: string): string {
  return key === 'index.docker.io' ? 'docker.io' : key;
}

/** By the grammar of references, with a name added that is one in any case. */
function readPlace(value: string): { domain: string; prefix: string } | undefined {
  const first = value.split('/', 1)[0]!;
  const parsed =
    isRegistry(first) || /:[0-9]+$/.test(first) ? parseImageReference(`${value}/x`) : { message: '' };
  if ('message' in parsed) return undefined;
  // Docker Hub's `library/` is added before a lone name.
  const path = parsed.path.replace(/^library\/x$/, 'x');
  return { domain: parsed.domain, prefix: path.slice(0, -1) };
}
