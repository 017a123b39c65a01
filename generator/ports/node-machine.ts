import type { Engine } from './engine.ts';

/** Bytes of the file system that an engine stores its images on. */
export interface DiskSpace {
  total: number;
  free: number;
}

/** One machine of a Swarm, by its engine. */
export interface NodeMachine {
  /** For a person. */
  name: string;
  engine: Engine;
  /** @returns undefined where it cannot be told */
  readDisk: () => Promise<DiskSpace | undefined>;
}
