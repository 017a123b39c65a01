import type { Project } from '../../model/project/project.ts';
import { repositoryOf } from './registry-place.ts';
import { explainRefusal, findNewTags } from './list-stored-images.ts';
import type { ReadTools, StoredImage } from './list-stored-images.ts';

export interface ImageRemoval {
  project: Project;
  /** What is to go. */
  removed: readonly StoredImage[];
  kept: readonly StoredImage[];
  signal: AbortSignal;
  note: (text: string) => void;
}

/**
 * Takes manifests away, by digest and so with all of their tags; of an index also its parts that nothing else has. One that
 * has got another tag since it was listed stays.
 * @returns those that are gone
 * @throws UserError NO_DELETION, and what the registry throws
 */
export async function removeImages(
  { project, removed, kept, signal, note }: ImageRemoval,
  tools: ReadTools,
): Promise<StoredImage[]> {
  const gone: StoredImage[] = [];
  for (const image of removed) {
    if (signal.aborted) break;
    const siblings = [...removed, ...kept].filter((one) => one.image === image.image);
    const listed = new Set(siblings.flatMap(({ tags }) => tags));
    const [fresh] = await findNewTags(image, listed, project, tools);
    if (fresh !== undefined) {
      note(`${image.names[0]}: stays, it was built anew as ${fresh} in the meantime`);
      continue;
    }
    const address = repositoryOf(tools.place.write, project.project, image.image);
    const left = siblings.filter((one) => one.id !== image.id && !gone.includes(one));
    try {
      await tools.registry.deleteManifest(address, image.id);
      // Untagged, they would lie there for ever: garbage collection takes no manifest away.
      for (const child of image.parts)
        if (!left.some(({ id, parts }) => id === child || parts.includes(child)))
          await tools.registry.deleteManifest(address, child);
    } catch (error) {
      throw explainRefusal(error, address.domain);
    }
    gone.push(image);
  }
  return gone;
}
