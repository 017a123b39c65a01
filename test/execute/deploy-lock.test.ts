import { beforeEach, describe, expect, test } from '@jest/globals';
import { holdDeployLock } from '../../generator/execute/deploy-lock.ts';
import { DEPLOY_LEASE_MILLISECONDS } from '../../generator/execute/lock-tools.ts';
import type { HeldLock, LockTools } from '../../generator/execute/lock-tools.ts';
import type { DeployLock } from '../../generator/ports/lock-place.ts';
import { createJumpingClock } from '../fakes/jumping-clock.ts';
import type { JumpingClock } from '../fakes/jumping-clock.ts';
import { createMemoryPlace } from '../fakes/memory-place.ts';
import type { MemoryPlace } from '../fakes/memory-place.ts';

let place: MemoryPlace;
let clock: JumpingClock;
let notes: string[];
let dead: Set<string>;
let abort: AbortController;
beforeEach(() => {
  place = createMemoryPlace();
  clock = createJumpingClock();
  notes = [];
  dead = new Set();
  abort = new AbortController();
});

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function tools(run: string, more: Partial<LockTools> = {}): LockTools {
  return {
    host: { identity: () => ({ run, boot: 'this', pid: `pid-${run}` }), isAlive: (pid) => !dead.has(pid) },
    clock,
    owner: `owner ${run}`,
    note: (text) => notes.push(`${run}: ${text}`),
    signal: abort.signal,
    ...more,
  };
}

/** Someone's lock that this process did not make. */
function lock(run: string, generation: number, more: Partial<DeployLock> = {}): DeployLock {
  const expires = clock.now() + DEPLOY_LEASE_MILLISECONDS;
  return { run, boot: 'other', pid: 'p', owner: `owner ${run}`, generation, expires, ...more };
}

async function finish<Value>(pending: Promise<Value>, milliseconds = MINUTE): Promise<Value> {
  let isOver = false;
  pending.catch(() => undefined).finally(() => (isOver = true));
  for (let passed = 0; !isOver && passed < 200 * MINUTE; passed += milliseconds)
    await clock.advance(milliseconds);
  return pending;
}

const holders = (): string[] => place.locks.map(({ run, generation }) => `${run} ${generation}`);

describe('a free place', () => {
  test('is taken, held, and left as it was, with one change each way', async () => {
    const held = await holdDeployLock(place, tools('a'));
    expect(holders()).toEqual(['a 1']);
    expect(place.locks[0]).toMatchObject({ owner: 'owner a', boot: 'this', pid: 'pid-a' });
    await held.release();
    expect(place.calls).toEqual(['list', 'make 1', 'list', 'list', 'remove 1']);
    expect(place.locks).toEqual([]);
    expect(notes).toEqual([]);
  });

  test('is not believed to be ours before it shows what we made', async () => {
    place.stale = 3;
    const held = await finish(holdDeployLock(place, tools('a')), SECOND);
    expect(place.calls.filter((call) => call === 'list')).toHaveLength(4);
    await held.release();
  });
});

describe('a living holder', () => {
  test('is waited for, told once, and followed', async () => {
    const first = await holdDeployLock(place, tools('a'));
    const second = holdDeployLock(place, tools('b'));
    await clock.advance(MINUTE);
    expect(holders()).toEqual(['a 1']);
    await first.release();
    const held = await finish(second, SECOND);
    expect(holders()).toEqual(['b 1']);
    expect(notes).toEqual(['b: the place: owner a deploys; waiting for up to 900 s']);
    await held.release();
  });

  test('that goes on for too long is named, with what to do', async () => {
    const first = await holdDeployLock(place, tools('a'));
    await expect(finish(holdDeployLock(place, tools('b', { wait: 20 * MINUTE })))).rejects.toMatchObject({
      code: 'DEPLOY_LOCKED',
      message:
        'the place is locked: owner a deploys there; wait for it, or where nobody does any more: `millrace unlock`',
    });
    expect(first.signal.aborted).toBe(false);
    expect(holders()).toEqual(['a 1']);
    await first.release();
  });

  test('on another machine is waited for until its lease is over', async () => {
    place.locks = [lock('gone', 4)];
    const held = await finish(holdDeployLock(place, tools('b')));
    expect(clock.now()).toBeGreaterThan(Date.parse('2030-01-01T00:00:00Z') + DEPLOY_LEASE_MILLISECONDS);
    expect(holders()).toEqual(['b 5']);
    await held.release();
  });

  test('is not waited for after Ctrl-C', async () => {
    place.locks = [lock('a', 1)];
    const waiting = holdDeployLock(place, tools('b'));
    await clock.advance(SECOND);
    abort.abort();
    await expect(finish(waiting, SECOND)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('a dead holder', () => {
  test.each<[string, Partial<DeployLock>]>([
    ['whose process is gone from this boot', { boot: 'this', pid: 'pid-dead' }],
    ['whose lease is over', { expires: 0 }],
  ])('%s is followed at once, and its lock removed', async (_why, more) => {
    dead.add('pid-dead');
    place.locks = [lock('x', 6, more), lock('y', 7, more)];
    const held = await holdDeployLock(place, tools('a'));
    expect(holders()).toEqual(['a 8']);
    expect(notes).toEqual([
      'a: the place: the lock of owner x, who is dead, is taken over',
      'a: the place: the lock of owner y, who is dead, is taken over',
    ]);
    await held.release();
  });

  test('is followed by one of many who come at the same time', async () => {
    place.locks = [lock('dead', 3, { expires: 0 })];
    let holding = 0;
    let most = 0;
    const done: string[] = [];
    const deploy = async (run: string): Promise<void> => {
      const held = await holdDeployLock(place, tools(run, { wait: 90 * MINUTE }));
      most = Math.max(most, ++holding);
      await clock.sleep(10 * SECOND);
      holding--;
      done.push(run);
      await held.release();
    };
    const runs = [...'abcdefgh'];
    await finish(Promise.all(runs.map(deploy)));
    expect(most).toBe(1);
    expect(done.sort()).toEqual(runs);
    expect(place.locks).toEqual([]);
  });
});

describe('of two who make locks', () => {
  test('the one who sees another living one gives way, lower or not', async () => {
    place.onCall = (call) => {
      // Between our look and our making, somebody else came to a place that had been left.
      if (call === 'make 5') place.locks = [lock('quick', 1)];
    };
    place.locks = [lock('dead', 4, { expires: 0 })];
    const waiting = holdDeployLock(place, tools('slow'));
    await clock.advance(30 * SECOND);
    expect(holders()).toEqual(['quick 1']);
    place.locks = [];
    const held = await finish(waiting, SECOND);
    expect(holders()).toEqual(['slow 1']);
    await held.release();
  });

  test('a make whose answer was lost counts as made', async () => {
    place.locks = [lock('a', 2)];
    const held = await holdDeployLock(place, tools('a'));
    expect(place.calls).toEqual(['list']);
    await held.release();
    expect(place.locks).toEqual([]);
  });

  test('one whom the place refuses without showing why does not ask for ever', async () => {
    place.onCall = (call) => {
      if (call === 'make 1') place.locks = [lock('hidden', 1)];
      if (call === 'list') place.locks = [];
    };
    await expect(finish(holdDeployLock(place, tools('a')), SECOND)).rejects.toMatchObject({
      code: 'DEPLOY_LOCKED',
    });
  });
});

describe('while it is held', () => {
  let held: HeldLock;
  beforeEach(async () => {
    held = await holdDeployLock(place, tools('a'));
  });
  const expiry = (): number => place.locks[0]!.expires;

  test('it is extended long before it expires', async () => {
    for (let hour = 0; hour < 3; hour++) {
      await clock.advance(60 * MINUTE);
      expect(expiry() - clock.now()).toBeGreaterThan(DEPLOY_LEASE_MILLISECONDS / 2);
    }
    expect(held.signal.aborted).toBe(false);
    await held.release();
    expect(place.locks).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['somebody removed it', () => (place.locks = [])],
    ['somebody else has taken it over', () => place.locks.push(lock('b', 2))],
    ['somebody else has the same generation', () => (place.locks = [lock('b', 1)])],
  ])('it is lost when %s, and nothing of the other is touched', async (_why, change) => {
    change();
    const others = place.locks.filter(({ run }) => run === 'b');
    await clock.advance(2 * MINUTE);
    expect(held.signal.aborted).toBe(true);
    expect(held.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
    await held.release();
    expect(place.locks).toEqual(others);
  });

  test('somebody who looks in for a moment does not take it', async () => {
    const { list } = place;
    place.list = async () => {
      place.locks.push(lock('b', 2));
      place.list = list;
      const seen = await list();
      place.locks.pop();
      return seen;
    };
    await clock.advance(5 * MINUTE);
    expect(held.signal.aborted).toBe(false);
    await held.release();
  });

  test('a place that does not answer is asked again; after the lease it is lost', async () => {
    place.onCall = () => Promise.reject(new Error('no network'));
    await clock.advance(5 * MINUTE);
    expect(held.signal.aborted).toBe(false);
    await clock.advance(6 * MINUTE);
    expect(held.signal.aborted).toBe(true);
    await held.release();
    expect(notes.at(-1)).toBe(
      'a: the place: the deploy lock was not released: no network; the next run takes it over',
    );
  });
});
