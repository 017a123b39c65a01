import type { RunOptions } from './processes.ts';

export interface ImageBuildRequest {
  /** Folder that holds exactly the hashed files. */
  context: string;
  /** The Dockerfile with its references replaced by digests; outside the context. */
  dockerfile: string;
  target?: string;
  args: Readonly<Record<string, string>>;
  platforms: readonly string[];
  /** Name that the engine keeps the result under until it is published. */
  localTag: string;
  /** Reference of the last artifact, for its layers. */
  cacheFrom?: string;
  /** Steps that were run under another number are run anew, whatever a cache holds of them. */
  epoch: number;
}

/** The Docker engine at hand, with BuildKit. Every failure is a UserError whose message is the cause in one line. */
export interface ImageBuilder {
  /** Begins to look for what `check` asks, whose answer then is there sooner. */
  expect?: () => void;
  /** @throws UserError NO_DOCKER, NO_BUILDKIT, NO_MULTI_PLATFORM, each with the way to get it */
  check: (platforms: readonly string[]) => Promise<void>;
  /** @throws UserError BUILD_FAILED */
  build: (request: ImageBuildRequest, options: RunOptions) => Promise<void>;
  /** Runs argv in a container of the image, without a network of ours, removed afterwards. @throws UserError TEST_FAILED */
  test: (localTag: string, argv: readonly string[], options: RunOptions) => Promise<void>;
  /** Pushes under `reference`; visible only when whole. @returns the digest that the registry has */
  publish: (localTag: string, reference: string, options: RunOptions) => Promise<string>;
  /** Takes local names away that a run made. */
  forget: (localTags: readonly string[]) => Promise<void>;
}
