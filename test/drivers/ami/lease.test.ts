import { describe, expect, test } from '@jest/globals';
import { collectLeases, leaseTags, readLease } from '../../../generator/drivers/ami/lease.ts';
import { LEASE_MILLISECONDS, isDead } from '../../../generator/model/lease.ts';
import type { Here, Lease } from '../../../generator/model/lease.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const here = (alive: boolean | undefined, more: Partial<Here> = {}): Here => ({
  boot: 'this',
  now: NOW,
  isAlive: () => alive,
  ...more,
});
const lease = (more: Partial<Lease> = {}): Lease => ({
  run: 'r',
  boot: 'this',
  pid: '1:2:3',
  expires: NOW + 1_000,
  ...more,
});

test('a lease that is written to tags is read as it was, for half an hour from now', () => {
  const identity = { run: 'r', boot: 'b', pid: '1:2:3', host: 'h' };
  expect(readLease(leaseTags(identity, NOW))).toEqual({ ...identity, expires: NOW + LEASE_MILLISECONDS });
  const { host: _host, ...unknown } = identity;
  expect(readLease(leaseTags(unknown, NOW))).toEqual({ ...unknown, expires: NOW + LEASE_MILLISECONDS });
});

test.each(['millrace:run', 'millrace:boot', 'millrace:pid', 'millrace:expires'])(
  'tags without %s are no lease, so that nobody is called dead by them',
  (key) => {
    const { [key]: _dropped, ...tags } = leaseTags({ run: 'r', boot: 'b', pid: 'p' }, NOW);
    expect(readLease(tags)).toBeUndefined();
    expect(readLease({ ...tags, [key]: '' })).toBeUndefined();
  },
);

describe('a run is dead', () => {
  test.each<[boolean, string, Lease, Here]>([
    [false, 'not while its process is alive on this boot', lease(), here(true)],
    [true, 'when its process is gone from this boot', lease(), here(false)],
    [false, 'not while its process cannot be seen from here', lease(), here(undefined)],
    [true, 'when its lease has expired, whatever its process does', lease({ expires: NOW - 1 }), here(true)],
    [false, 'not on another boot before its lease expires', lease({ boot: 'other' }), here(false)],
    [
      true,
      'on another boot when its lease has expired',
      lease({ boot: 'other', expires: NOW - 1 }),
      here(true),
    ],
    [
      true,
      'when its machine has been started anew',
      lease({ boot: 'other', host: 'h' }),
      here(true, { host: 'h' }),
    ],
    [
      false,
      'not when another machine has another boot',
      lease({ boot: 'other', host: 'h' }),
      here(false, { host: 'g' }),
    ],
    [false, 'not when neither machine is known', lease({ boot: 'other' }), here(false)],
  ])('%s: %s', (expected, _why, itsLease, machine) => {
    expect(isDead(itsLease, machine)).toBe(expected);
  });
});

test('a run has the last word of all its parts', () => {
  const identity = { run: 'r', boot: 'b', pid: 'p' };
  const parts = [0, 5_000, 1_000].map((begun) => ({ tags: leaseTags(identity, NOW + begun) }));
  expect(collectLeases([...parts, { tags: {} }])).toEqual(
    new Map([['r', { ...identity, expires: NOW + 5_000 + LEASE_MILLISECONDS }]]),
  );
});
