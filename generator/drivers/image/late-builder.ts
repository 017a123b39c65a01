import type { ImageBuilder } from '../../ports/image-builder.ts';
import type { OwnRegistry, RegistryWay } from './own-registry.ts';
import { OWN_READ, OWN_WRITE } from './registry-place.ts';

/**
 * Builds on the engine of a machine that has the project's own registry on its loopback, once there is one: the cluster
 * and the registry may come to be in the same run.
 * @param open makes the builder of one engine
 */
export function createLateBuilder(
  own: Pick<OwnRegistry, 'findAbsence' | 'enter'>,
  open: (way: RegistryWay) => Promise<ImageBuilder>,
): ImageBuilder {
  const opened = new Map<string | undefined, Promise<ImageBuilder>>();
  const builders = new Map<string, ImageBuilder>();
  let platforms: readonly string[] = [];
  /** Checked once each: what dead runs left there is swept, and what is missing is told before the first build. */
  const openChecked = async (way: RegistryWay): Promise<ImageBuilder> => {
    const builder = await open(way);
    await builder.check(platforms);
    return builder;
  };
  const enter = async (signal?: AbortSignal): Promise<ImageBuilder> => {
    const way = await own.enter(OWN_READ, signal);
    const host = way.engine?.host;
    const builder = opened.get(host) ?? openChecked(way);
    opened.set(host, builder);
    builder.catch(() => opened.delete(host));
    return builder;
  };
  const builderOf = (localTag: string): ImageBuilder => {
    const builder = builders.get(localTag);
    if (builder) return builder;
    throw new Error(`${localTag} was not built here`);
  };
  return {
    check: async (wanted) => {
      platforms = wanted;
      if ((await own.findAbsence()) === undefined) await enter();
    },
    build: async (request, options) => {
      const builder = await enter(options.signal);
      builders.set(request.localTag, builder);
      await builder.build(request, options);
    },
    test: (localTag, argv, options) => builderOf(localTag).test(localTag, argv, options),
    publish: async (localTag, reference, options) => {
      await own.enter(OWN_WRITE, options.signal);
      return builderOf(localTag).publish(localTag, reference, options);
    },
    forget: async (localTags) => {
      // Also those that built nothing: their check may be sweeping still.
      for (const builder of await Promise.all(opened.values())) {
        const its = localTags.filter((tag) => builders.get(tag) === builder);
        await builder.forget(its);
      }
      for (const tag of localTags) builders.delete(tag);
    },
  };
}
