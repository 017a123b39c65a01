import type { Driver, HashedComponent } from '../driver.ts';
import type { ImageTools } from './image-tools.ts';
import { platformsOf } from './inputs.ts';
import { observeImages } from './observe-images.ts';

/** Names that exist in the engine only; the domain leads nowhere (RFC 6761), so that nothing is ever pushed by them. */
const LOCAL_DOMAIN = 'millrace.localhost';

/** Docker images: built with BuildKit, found again in a registry by their source hash. */
export function createImageDriver(tools: ImageTools): Driver {
  const localTags: string[] = [];
  return {
    kind: 'image',
    observe: (components, source) => observeImages(components, source, tools),
    expectBuilds: () => tools.builder.expect?.(),
    prepare: async (_components, { project }, touched) => {
      if (touched.length === 0) return;
      const most = touched
        .map(({ name }) => platformsOf(project.images[name]!))
        .reduce((a, b) => (b.length > a.length ? b : a));
      await tools.builder.check(most);
    },
    build: async (component, task) => {
      // With all that reads and rewrites Dockerfiles: a plan needs none of it.
      const { buildImage } = await import('./build-image.ts');
      const localTag = nameLocally(task.source.project.project, component, tools.stamp);
      localTags.push(localTag);
      return buildImage(component, task, tools, localTag);
    },
    // Not after each image: children are built from them where nothing is published.
    finish: () => tools.builder.forget(localTags.splice(0)),
  };
}

/** One that no other run has, so that runs on one engine do not take each other's images. */
function nameLocally(project: string, { name, hash }: HashedComponent, stamp: string): string {
  return `${LOCAL_DOMAIN}/${project}/${name}:${hash.slice(0, 12)}-${stamp}`;
}
