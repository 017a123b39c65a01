import type { ComponentId } from '../../model/component.ts';
import { sourceTag } from '../../model/component-hash.ts';
import { UserError } from '../../model/user-error.ts';
import type { Artifact, LastArtifact, Observation, Observations } from '../../plan/plan.ts';
import type { RepositoryAddress } from '../../ports/registry.ts';
import type { HashedComponent, ProjectSource } from '../driver.ts';
import type { ImageTools } from './image-tools.ts';
import { findNewestRecord } from './record-tag.ts';
import { formatRepository, repositoryOf } from './registry-place.ts';

type Tools = Pick<ImageTools, 'registry' | 'place' | 'own'>;

/**
 * One look-up an image, all at the same time; two more where the image is not there. None where the registry itself is
 * not there yet.
 * @throws UserError NO_REGISTRY, BROKEN_ARTIFACT, and what the registry throws
 */
export async function observeImages(
  components: readonly HashedComponent[],
  { project }: Pick<ProjectSource, 'project'>,
  tools: Tools,
): Promise<Observations> {
  const why = await tools.own?.findAbsence();
  if (why !== undefined) return new Map(components.map(({ id }) => [id, { state: 'absent', why }]));
  const found = await Promise.all(
    components.map(async (component): Promise<[ComponentId, Observation]> => {
      const address = repositoryOf(tools.place.read, project.project, component.name);
      const artifact = await findArtifact(component, address, tools);
      if (artifact) return [component.id, { state: 'built', artifact }];
      const last = await findLast(address, tools);
      return [component.id, { state: 'absent', ...(last ? { last } : {}) }];
    }),
  );
  return new Map(found);
}

/**
 * The image under its hash, by digest.
 * @param address its repository where it is read
 * @returns undefined where the registry says that there is none
 */
export async function findArtifact(
  { id, hash }: Pick<HashedComponent, 'id' | 'hash'>,
  address: RepositoryAddress,
  { registry, place }: Tools,
): Promise<Artifact | undefined> {
  try {
    const manifest = await registry.findManifest(address, sourceTag(hash));
    return manifest && toArtifact(address, manifest.digest);
  } catch (error) {
    throw explain(error, id, address, hash, place.own);
  }
}

export function toArtifact(address: RepositoryAddress, digest: string): Artifact {
  return { id: digest, reference: `${formatRepository(address)}@${digest}` };
}

/** The newest build that a record tells of; the image of it is whole, whether or not a hash names it. */
async function findLast(address: RepositoryAddress, { registry }: Tools): Promise<LastArtifact | undefined> {
  const newest = findNewestRecord(await registry.listTags(address));
  if (!newest) return undefined;
  const manifest = await registry.findManifest(address, newest.tag);
  if (!manifest) return undefined;
  const { hash, revision } = newest;
  return { ...toArtifact(address, manifest.digest), hash, ...(revision === undefined ? {} : { revision }) };
}

function explain(
  error: unknown,
  id: ComponentId,
  address: RepositoryAddress,
  hash: string,
  own: boolean,
): unknown {
  if (!(error instanceof UserError)) return error;
  if (error.code === 'REGISTRY_UNREACHABLE' && own) {
    return new UserError(
      'NO_REGISTRY',
      `the project's own registry does not answer at ${address.domain}; it is a stack of the project, named registry: write or deploy it, use --lab, or name another as registry.url`,
    );
  }
  if (error.code === 'REGISTRY_ANSWER') {
    return new UserError(
      'BROKEN_ARTIFACT',
      `${id}: ${formatRepository(address)}:${sourceTag(hash)} cannot be used: ${error.message.replace(/; .*$/, '')}; delete that tag, or rebuild with \`millrace lock --bump ${id}\``,
    );
  }
  return error;
}
