import type { MirrorRules } from '../../model/mirrors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ImageBuilder } from '../../ports/image-builder.ts';
import type { Registry } from '../../ports/registry.ts';
import type { RegistryCatalog } from '../../ports/registry-catalog.ts';
import type { OwnRegistry } from './own-registry.ts';
import type { RegistryPlace } from './registry-place.ts';

/** What the image driver works with. */
export interface ImageTools {
  registry: Registry;
  /** Of the project's own registry: which images it has, those that the project had once included. */
  catalog?: RegistryCatalog;
  builder: ImageBuilder;
  clock: Pick<Clock, 'now'>;
  place: RegistryPlace;
  /** The project's own registry, where it is a stack of the project. */
  own?: Pick<OwnRegistry, 'findAbsence'>;
  /** False where what is built is only tested: nothing is pushed, and children are built from the engine's own images. */
  publishes: boolean;
  /** Where externals are fetched from, in place of where they are named. */
  mirrors: MirrorRules;
  /** Marks what this run makes in the engine (model/run-stamp.ts). */
  stamp: string;
}
