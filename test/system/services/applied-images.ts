import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { startImageWorld } from './image-world.ts';
import type { CliAnswer } from './cli-run.ts';
import type { ImageWorld } from './image-world.ts';

/** The sample with all of its images made, for the tests of one file; what a test commits is taken back after it. */
export interface AppliedImages {
  /** There from the first test on. */
  readonly world: ImageWorld;
  /** The commit that was applied. */
  readonly clean: string;
  apply: (environment?: Record<string, string | undefined>, ...args: string[]) => Promise<CliAnswer>;
  /** Manifests that were put under a hash or a record since the test began. */
  published: () => string[];
  /** Every failure ends so. */
  expectOneLine: (answer: CliAnswer) => void;
}

export function useAppliedImages(): AppliedImages {
  let world: ImageWorld;
  let clean: string;
  beforeAll(async () => {
    world = await startImageWorld();
    const answer = await world.run(['apply', '--json']);
    if (answer.code !== 0) throw new Error(answer.stderr);
    clean = world.git('rev-parse', 'HEAD');
  });
  afterAll(() => world?.stop());
  beforeEach(() => world.proxy.clear());
  afterEach(() => void world.git('reset', '-q', '--hard', clean));

  const published = (): string[] =>
    world.mutations().filter((request) => /\/manifests\/(?:src|built)-/.test(request));
  return {
    get world() {
      return world;
    },
    get clean() {
      return clean;
    },
    apply: (environment = {}, ...args) => world.run(['apply', '--json', ...args], environment),
    published,
    expectOneLine: (answer) => {
      expect(answer.code).toBe(1);
      expect(answer.stderr).not.toMatch(/\n\s+at |bug in millrace/);
      expect(published()).toEqual([]);
    },
  };
}

export function causeOf({ json }: CliAnswer, id: string): string | undefined {
  return json.components.find((one) => one.id === id)?.cause;
}
