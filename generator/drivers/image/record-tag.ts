import { formatTagTime, parseTagTime } from './tag-time.ts';

/**
 * What is known of a build besides its content: when, from which commit, and its source hash. It stands in a tag's name
 * beside the artifact, never in it, so that an unchanged image keeps its digest (docs/decisions/010).
 */
export interface BuildRecord {
  hash: string;
  /** The commit, its first 40 digits where there are more; undefined where the tree was none's. */
  revision?: string;
  /** ISO 8601, to the second. */
  built: string;
}

/** `built-20261122T043015Z-<40 digits>-<64 digits>`: 126 characters of the 128 that a tag may have. */
const RECORD = /^built-(\d{8}T\d{6}Z)-([0-9a-f]{40}|none)-([0-9a-f]{64})$/;
const REVISION_LENGTH = 40;

/** @param now milliseconds since 1970 */
export function formatRecordTag(hash: string, revision: string | null, now: number): string {
  return `built-${formatTagTime(now)}-${revision?.slice(0, REVISION_LENGTH) ?? 'none'}-${hash}`;
}

/** @returns undefined for any other tag */
export function parseRecordTag(tag: string): BuildRecord | undefined {
  const match = RECORD.exec(tag);
  if (!match) return undefined;
  const [, time, revision, hash] = match;
  return {
    hash: hash!,
    ...(revision === 'none' ? {} : { revision: revision! }),
    built: parseTagTime(time!),
  };
}

/** The newest build that the tags tell of, and its tag. */
export function findNewestRecord(tags: readonly string[]): (BuildRecord & { tag: string }) | undefined {
  // The time stands first, in a form that sorts.
  const newest = tags
    .filter((tag) => RECORD.test(tag))
    .sort()
    .at(-1);
  return newest === undefined ? undefined : { ...parseRecordTag(newest)!, tag: newest };
}
