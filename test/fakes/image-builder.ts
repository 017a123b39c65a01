import { readFileSync } from 'node:fs';
import type { ImageBuilder, ImageBuildRequest } from '../../generator/ports/image-builder.ts';
import type { MemoryRegistry } from './memory-registry.ts';

/** A stand-in for Docker: what it is asked is recorded, and a push is an image in a registry in memory. */
export interface FakeImageBuilder extends ImageBuilder {
  calls: string[];
  builds: (ImageBuildRequest & { text: string; ignore: string })[];
  /** Called in the middle of each push. */
  whilePushing?: () => void;
  /** What the next push claims to have pushed, in place of the truth. */
  claims?: string;
}

export function createFakeImageBuilder(registry: MemoryRegistry): FakeImageBuilder {
  const fake: FakeImageBuilder = {
    calls: [],
    builds: [],
    check: async (platforms) => void fake.calls.push(`check ${platforms.join(',')}`),
    build: async (request) => {
      fake.calls.push('build');
      const [text, ignore] = ['', '.dockerignore'].map((end) =>
        readFileSync(request.dockerfile + end, 'utf8'),
      );
      fake.builds.push({ ...request, text: text!, ignore: ignore! });
    },
    test: async (_localTag, argv) => void fake.calls.push(`test ${argv.join(' ')}`),
    publish: async (localTag, reference) => {
      fake.calls.push('publish');
      const colon = reference.lastIndexOf(':');
      const digest = registry.addImage(reference.slice(0, colon), reference.slice(colon + 1), {
        of: localTag,
      });
      fake.whilePushing?.();
      return fake.claims ?? digest;
    },
    forget: async (localTags) => void fake.calls.push(`forget ${localTags.length}`),
  };
  return fake;
}
