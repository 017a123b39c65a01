import { componentId } from '../../model/component.ts';
import { UserError } from '../../model/user-error.ts';
import type { Project } from '../../model/project/project.ts';
import type { RepositoryAddress } from '../../ports/registry.ts';
import type { BuildOf, StoredArtifact } from '../../prune/prune-world.ts';
import type { ImageTools } from './image-tools.ts';
import { JOB_IMAGE, readJobTag } from './job-tag.ts';
import { readContents } from './manifest-contents.ts';
import type { Contents } from './manifest-contents.ts';
import { findNewestRecord, parseRecordTag } from './record-tag.ts';
import { repositoryOf } from './registry-place.ts';

/** A manifest in the registry with all of its tags. */
export interface StoredImage extends StoredArtifact, Contents {
  /** The image's name in project.yaml. */
  image: string;
  tags: readonly string[];
  parts: readonly string[];
}

export type ReadTools = Pick<ImageTools, 'registry' | 'catalog' | 'place' | 'own'>;

const SOURCE = /^src-([0-9a-f]{64})$/;

/**
 * All that the registry has of these images, and of all others of the project where it tells of them; nothing where the
 * registry itself is not there yet. One request a tag.
 * @throws UserError where it cannot be asked: what is not seen is not known to be unneeded
 */
export async function listStoredImages(
  images: Iterable<string>,
  project: Project,
  tools: ReadTools,
): Promise<StoredImage[]> {
  if ((await tools.own?.findAbsence()) !== undefined) return [];
  const names = new Set([...images, ...(await listFormerImages(project, tools))]);
  const lists = await Promise.all([...names].map((image) => listImage(image, project, tools)));
  return lists.flat();
}

async function listFormerImages({ project }: Project, { catalog, place }: ReadTools): Promise<string[]> {
  const { domain, path } = repositoryOf(place.read, project, '');
  const paths = (await catalog?.listRepositories(domain)) ?? [];
  return paths.filter((one) => one.startsWith(path)).map((one) => one.slice(path.length));
}

async function listImage(image: string, project: Project, tools: ReadTools): Promise<StoredImage[]> {
  const address = repositoryOf(tools.place.read, project.project, image);
  const tags = await tools.registry.listTags(address);
  const newest = findNewestRecord(tags)?.tag;
  const byDigest = await groupTags(address, tags, tools);
  return Promise.all(
    [...byDigest].map(async ([digest, { own, manifest }]): Promise<StoredImage> => ({
      component: componentId('image', image),
      image,
      id: digest,
      tags: own,
      names: own.map((tag) => `${address.path}:${tag}`),
      hashes: own.flatMap((tag) => SOURCE.exec(tag)?.[1] ?? []),
      ...(image === JOB_IMAGE && own.every((tag) => readJobTag(tag) !== undefined)
        ? { isForOneJob: true, builds: own.map((tag) => ({ hash: tag, made: readJobTag(tag)! })) }
        : { builds: own.flatMap(toBuild), ...strangeness(own) }),
      ...(newest !== undefined && own.includes(newest) && Object.hasOwn(project.images, image)
        ? { isNewest: true }
        : {}),
      ...(await readContents(address, manifest, tools.registry)),
    })),
  );
}

type Found = NonNullable<Awaited<ReturnType<ImageTools['registry']['findManifest']>>>;

async function groupTags(
  address: RepositoryAddress,
  tags: readonly string[],
  { registry }: ReadTools,
): Promise<Map<string, { own: string[]; manifest: Found }>> {
  const found = await Promise.all(tags.map((tag) => registry.findManifest(address, tag)));
  const byDigest = new Map<string, { own: string[]; manifest: Found }>();
  found.forEach((manifest, index) => {
    // Gone since the list was made.
    if (!manifest) return;
    const known = byDigest.get(manifest.digest) ?? { own: [], manifest };
    known.own.push(tags[index]!);
    byDigest.set(manifest.digest, known);
  });
  return byDigest;
}

function toBuild(tag: string): BuildOf[] {
  const record = parseRecordTag(tag);
  if (!record) return [];
  const { hash, revision, built } = record;
  return [{ hash, ...(revision === undefined ? {} : { revision }), made: Date.parse(built) }];
}

function strangeness(tags: readonly string[]): { strange?: string } {
  const other = tags.find((tag) => !SOURCE.test(tag) && !parseRecordTag(tag));
  return other === undefined ? {} : { strange: `bears the tag ${other}, which is not ours` };
}

/**
 * The tags that an image has now and did not have when it was listed: another hash may have been built to the same bytes.
 * @throws UserError where the registry cannot be asked
 */
export async function findNewTags(
  { image, tags, id }: StoredImage,
  listed: ReadonlySet<string>,
  project: Project,
  { registry, place }: ReadTools,
): Promise<string[]> {
  const address = repositoryOf(place.read, project.project, image);
  const now = await registry.listTags(address);
  const fresh = now.filter((tag) => !listed.has(tag) && !tags.includes(tag));
  const found = await Promise.all(fresh.map((tag) => registry.findManifest(address, tag)));
  return fresh.filter((_tag, index) => found[index]?.digest === id);
}

/** What a registry says that does not delete. */
export function explainRefusal(error: unknown, domain: string): unknown {
  if (!(error instanceof UserError) || !/\b405\b|UNSUPPORTED/.test(error.message)) return error;
  return new UserError(
    'NO_DELETION',
    `${domain} deletes nothing (${error.message.replace(/; .*$/, '')}); allow it there (storage.delete.enabled), or leave this to the registry's own lifecycle rules`,
  );
}
