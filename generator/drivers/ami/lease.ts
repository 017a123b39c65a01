import { LEASE_MILLISECONDS } from '../../model/lease.ts';
import type { Lease } from '../../model/lease.ts';
import type { RunIdentity } from '../../ports/run-host.ts';
import { TAG } from './tags.ts';

export function leaseTags(identity: RunIdentity, now: number): Record<string, string> {
  return {
    [TAG.run]: identity.run,
    [TAG.boot]: identity.boot,
    [TAG.pid]: identity.pid,
    ...(identity.host === undefined ? {} : { [TAG.host]: identity.host }),
    ...expiryTag(now),
  };
}

export function expiryTag(now: number): Record<string, string> {
  return { [TAG.expires]: new Date(now + LEASE_MILLISECONDS).toISOString() };
}

/** @returns undefined where the tags are not a lease, or not a whole one: then nobody may be called dead by it */
export function readLease(tags: Readonly<Record<string, string>>): Lease | undefined {
  const { [TAG.run]: run, [TAG.boot]: boot, [TAG.pid]: pid, [TAG.host]: host, [TAG.expires]: until } = tags;
  const expires = Date.parse(until ?? '');
  if (!run || !boot || !pid || Number.isNaN(expires)) return undefined;
  return { run, boot, pid, expires, ...(host === undefined ? {} : { host }) };
}

/** The lease of each run: a part that was tagged early expires no earlier than the run's last word. */
export function collectLeases(
  tagged: readonly { tags: Readonly<Record<string, string>> }[],
): Map<string, Lease> {
  const leases = new Map<string, Lease>();
  for (const { tags } of tagged) {
    const lease = readLease(tags);
    if (!lease) continue;
    const known = leases.get(lease.run);
    if (!known || known.expires < lease.expires) leases.set(lease.run, lease);
  }
  return leases;
}
