import * as z from 'zod';
import { Name, pattern } from './project/text.ts';

/**
 * project.lock.yaml: what upstream references mean, committed, and never an artifact of the project itself.
 * Written by `millrace lock`.
 */
export const Lock = z.strictObject({
  version: z.literal(1),
  /** Reference as it is written (`debian:bookworm-slim`) -> digest of its index or manifest. */
  images: z
    .record(z.string(), pattern(/^sha256:[0-9a-f]{64}$/, 'a digest, sha256: and 64 digits'))
    .default({}),
  /** AMI component -> region -> id of its source image. */
  amis: z.record(Name, z.record(z.string(), pattern(/^ami-[0-9a-f]{8,17}$/, 'the id of an AMI'))).default({}),
  /** Component id -> how often it was rebuilt by force. */
  epochs: z.record(z.string(), z.int().min(0)).default({}),
});
export type Lock = z.infer<typeof Lock>;
