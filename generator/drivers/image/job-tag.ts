import { formatTagTime, parseTagTime } from './tag-time.ts';

/** Beside the project's images: what one job outside of Jenkins runs, the tools with a commit. */
export const JOB_IMAGE = 'handover';

/** `job-20261122T043015Z-<commit>`. No two jobs share one: what a tag was taken from would lie there for ever. */
const TAG = /^job-(\d{8}T\d{6}Z)-[0-9a-f]{40,64}$/;

/** @param now milliseconds since 1970 */
export function formatJobTag(revision: string, now: number): string {
  return `job-${formatTagTime(now)}-${revision}`;
}

/** @returns milliseconds since 1970; undefined for any other tag */
export function readJobTag(tag: string): number | undefined {
  const time = TAG.exec(tag)?.[1];
  return time === undefined ? undefined : Date.parse(parseTagTime(time));
}
