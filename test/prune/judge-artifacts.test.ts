import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCap } from '../../generator/prune/check-cap.ts';
import { judgeArtifacts } from '../../generator/prune/judge-artifacts.ts';
import type { PruneWorld, StoredArtifact } from '../../generator/prune/prune-world.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const [HASH, OTHER] = ['a'.repeat(64), 'b'.repeat(64)];

const artifact = (more: Partial<StoredArtifact> = {}): StoredArtifact => ({
  component: 'image:api',
  id: 'sha256:1',
  names: [`shop/api:src-${HASH}`],
  hashes: [HASH],
  builds: [{ hash: HASH, revision: 'c1', made: NOW - 100 * DAY }],
  ...more,
});
const world = (more: Partial<PruneWorld> = {}): PruneWorld => ({
  now: NOW,
  days: 30,
  stored: [artifact()],
  used: new Map(),
  wanted: new Map(),
  lineage: new Map([['c1', new Set([HASH])]]),
  unreadable: [],
  ...more,
});
const judge = (more: Partial<PruneWorld> = {}): [string, string] => {
  const { action, reason } = judgeArtifacts(world(more))[0]!;
  return [action, reason];
};

describe('an old artifact of a commit of the branch', () => {
  test('goes where nothing needs it', () => {
    expect(judge()).toEqual(['remove', 'nothing needs it, it was built from c1']);
  });

  test('stays where it runs, by its digest or by a name', () => {
    expect(judge({ used: new Map([['sha256:1', 'service web_api runs it']]) })).toEqual([
      'keep',
      'service web_api runs it',
    ]);
    expect(judge({ used: new Map([[`shop/api:src-${HASH}`, 'a task runs it']]) })[0]).toBe('keep');
  });

  test('stays where one of the last commits has its hash, also by a second hash of the same bytes', () => {
    expect(judge({ wanted: new Map([[HASH, 'c9']]) })).toEqual(['keep', 'commit c9 needs it']);
    const builds = [
      { hash: HASH, revision: 'c1', made: 0 },
      { hash: OTHER, revision: 'c2', made: 0 },
    ];
    const shared = artifact({ hashes: [HASH, OTHER], builds });
    expect(judge({ stored: [shared], wanted: new Map([[OTHER, 'c2']]) })[0]).toBe('keep');
  });

  test('stays as the newest of its repository, and where it is not the whole work of the tool', () => {
    expect(judge({ stored: [artifact({ isNewest: true })] })[0]).toBe('keep');
    expect(judge({ stored: [artifact({ strange: 'bears a tag of others' })] })).toEqual([
      'keep',
      'bears a tag of others',
    ]);
  });

  test('stays for a day, and where a clock is ahead', () => {
    const madeAt = (made: number): StoredArtifact =>
      artifact({ builds: [{ hash: HASH, revision: 'c1', made }] });
    expect(judge({ stored: [madeAt(NOW - DAY + 1)] })[0]).toBe('keep');
    expect(judge({ stored: [madeAt(NOW + DAY)] })[0]).toBe('keep');
    expect(judge({ stored: [madeAt(NOW - DAY)] })[0]).toBe('remove');
  });
});

describe('what was made for one job', () => {
  const made = (days: number, more: Partial<StoredArtifact> = {}): StoredArtifact =>
    artifact({
      hashes: [],
      builds: [{ hash: 'job-1', made: NOW - days * DAY }],
      isForOneJob: true,
      ...more,
    });

  test('goes when that is over, whatever the days of retention', () => {
    expect(judge({ stored: [made(2)] })).toEqual(['remove', 'the job that it was made for is over']);
  });

  test('stays while a service runs it, for a day, and where nobody says when it was made', () => {
    const used = new Map([['sha256:1', 'service millrace-handover-shop-1 runs it']]);
    expect(judge({ stored: [made(2)], used })[0]).toBe('keep');
    expect(judge({ stored: [made(0.5)] })).toEqual(['keep', 'is younger than a day']);
    expect(judge({ stored: [made(Number.NaN)] })).toEqual(['keep', 'nobody says when it was made']);
    expect(judge({ stored: [made(2, { strange: 'bears a tag of others' })] })[0]).toBe('keep');
  });
});

describe('doubt keeps for the days of retention', () => {
  const builtAgo = (days: number, revision: string | undefined = 'c1'): StoredArtifact =>
    artifact({ builds: [{ hash: HASH, ...(revision ? { revision } : {}), made: NOW - days * DAY }] });

  test.each([
    [
      'a commit of another branch',
      { lineage: new Map() },
      'commit c1 is not of the branch; kept for 30 days',
    ],
    [
      'another version of the hashes',
      { lineage: new Map([['c1', new Set([OTHER])]]) },
      'commit c1 has another hash by now; kept for 30 days',
    ],
    [
      'a recent commit that cannot be hashed',
      { unreadable: ['c7'] },
      'commit c7, which may need it, has no hashes; kept for 30 days',
    ],
  ])('%s', (_name, more, reason) => {
    expect(judge({ stored: [builtAgo(29)], ...more })).toEqual(['keep', reason]);
    expect(judge({ stored: [builtAgo(30)], ...more })[0]).toBe('remove');
  });

  test('a tree that was not committed', () => {
    const dirty = (days: number): StoredArtifact =>
      artifact({ builds: [{ hash: HASH, made: NOW - days * DAY }] });
    expect(judge({ stored: [dirty(29)] })[0]).toBe('keep');
    expect(judge({ stored: [dirty(31)] })[0]).toBe('remove');
  });

  test('for ever where nobody says when it was made', () => {
    expect(judge({ stored: [artifact({ builds: [] })] })[0]).toBe('keep');
    const untold = artifact({ hashes: [HASH, OTHER] });
    expect(judge({ stored: [untold] })).toEqual(['keep', 'nobody says when it was made']);
    const ageless = artifact({ builds: [{ hash: HASH, revision: 'x', made: Number.NaN }] });
    expect(judge({ stored: [ageless] })[0]).toBe('keep');
  });
});

test('more than the cap stops everything, with the number that would allow it', () => {
  const verdicts = (count: number) =>
    judgeArtifacts(
      world({ stored: Array.from({ length: count }, (_, at) => artifact({ id: `sha256:${at}` })) }),
    );
  expect(() => checkCap(verdicts(20), undefined)).not.toThrow();
  expect(() => checkCap(verdicts(21), undefined)).toThrow(/21 of 21 .*the 20 of one run; nothing.*--max 21/);
  expect(() => checkCap(verdicts(21), 21)).not.toThrow();
  expect(() => checkCap(verdicts(1), 0)).toThrow(/1 of 1/);
});

/** A world of a few hashes, commits and artifacts, so that every rule meets every other. */
const few = (prefix: string, count: number) =>
  fc.integer({ min: 0, max: count - 1 }).map((n) => `${prefix}${n}`);
/** What would keep nearly everything if it were in every world. */
const seldom = <A, B>(rare: fc.Arbitrary<A>, often: B | fc.Arbitrary<B>): fc.Arbitrary<A | B> =>
  fc.oneof(
    { arbitrary: rare, weight: 1 },
    { arbitrary: often instanceof fc.Arbitrary ? often : fc.constant(often), weight: 12 },
  );
const daysAgo = (days: number): number => NOW - days * DAY;
const HASHES = Array.from({ length: 24 }, (_, at) => `h${at}`);
const hash = few('h', 24);
const commit = few('c', 8);
const build = fc.record({
  hash,
  revision: seldom(fc.constant(undefined), commit),
  made: seldom(fc.constant(Number.NaN), fc.integer({ min: -5, max: 90 }).map(daysAgo)),
});
const stored = fc.uniqueArray(
  fc
    .record({
      id: few('sha256:', 30),
      builds: fc.array(build, { minLength: 1, maxLength: 3 }),
      noBuild: seldom(fc.constant(true), false),
      extra: seldom(
        hash.map((one) => [one]),
        [],
      ),
      strange: fc.option(fc.constant('strange'), { nil: undefined, freq: 9 }),
      isNewest: seldom(fc.constant(true), false),
    })
    .map(({ id, builds, noBuild, extra, strange, isNewest }): StoredArtifact => ({
      component: 'image:api',
      id,
      names: [`shop/api:${id}`],
      hashes: [...new Set([...builds.map((one) => one.hash), ...extra])],
      builds: (noBuild ? [] : builds).map(({ revision, ...one }) =>
        revision === undefined ? one : { ...one, revision },
      ),
      ...(strange === undefined ? {} : { strange }),
      ...(isNewest ? { isNewest } : {}),
    })),
  { selector: ({ id }) => id, minLength: 5, maxLength: 20 },
);
const worlds: fc.Arbitrary<PruneWorld> = fc.record({
  now: fc.constant(NOW),
  days: fc.integer({ min: 1, max: 60 }),
  stored,
  used: fc
    .array(fc.oneof(few('sha256:', 30), few('shop/api:sha256:', 30)), { maxLength: 6 })
    .map((ids) => new Map(ids.map((id) => [id, 'runs']))),
  wanted: fc.array(fc.tuple(hash, commit), { maxLength: 3 }).map((pairs) => new Map(pairs)),
  lineage: fc
    .array(fc.tuple(commit, seldom(fc.subarray(HASHES), HASHES)), { minLength: 8, maxLength: 16 })
    .map((pairs) => new Map(pairs.map(([id, hashes]) => [id, new Set(hashes)]))),
  unreadable: seldom(
    commit.map((one) => [one]),
    [],
  ),
});
const removed = (one: PruneWorld): string[] =>
  judgeArtifacts(one)
    .filter(({ action }) => action === 'remove')
    .map(({ artifact: { id } }) => id);
const RUNS = { numRuns: 1_000 };

describe('in 1,000 random worlds', () => {
  test('nothing goes that runs, that a recent commit needs, that is young or that is not understood', () => {
    let gone = 0;
    fc.assert(
      fc.property(worlds, (one) => {
        const ids = new Set(removed(one));
        gone += ids.size;
        for (const { id, names, hashes, builds, strange } of one.stored) {
          if (!ids.has(id)) continue;
          expect([id, ...names].filter((name) => one.used.has(name))).toEqual([]);
          expect(hashes.filter((each) => one.wanted.has(each))).toEqual([]);
          expect(builds.filter(({ made }) => !(NOW - made >= DAY))).toEqual([]);
          expect(strange).toBeUndefined();
          expect(builds.length).toBeGreaterThan(0);
          for (const { hash: its, revision, made } of builds) {
            const isPlaced = revision !== undefined && one.lineage.get(revision)?.has(its) === true;
            if (!isPlaced || one.unreadable.length > 0)
              expect(NOW - made).toBeGreaterThanOrEqual(one.days * DAY);
          }
        }
      }),
      RUNS,
    );
    // A rule that keeps everything would pass as well.
    expect(gone).toBeGreaterThan(200);
  });

  test('every artifact is judged once, and what is left after a prune stays after the next', () => {
    fc.assert(
      fc.property(worlds, (one) => {
        expect(judgeArtifacts(one)).toHaveLength(one.stored.length);
        const ids = new Set(removed(one));
        const left = one.stored.filter(({ id }) => !ids.has(id));
        expect(removed({ ...one, stored: left })).toEqual([]);
      }),
      RUNS,
    );
  });

  test('more that is used or wanted, and less that is known, never lets more go', () => {
    fc.assert(
      fc.property(worlds, worlds, fc.integer({ min: 0, max: 60 }), (one, other, days) => {
        const before = new Set(removed(one));
        const doubtful: PruneWorld = {
          ...one,
          days: one.days + days,
          used: new Map([...one.used, ...other.used]),
          wanted: new Map([...one.wanted, ...other.wanted]),
          lineage: new Map([...one.lineage].filter(([id]) => other.lineage.has(id))),
          unreadable: [...one.unreadable, ...other.unreadable],
        };
        expect(removed(doubtful).filter((id) => !before.has(id))).toEqual([]);
      }),
      RUNS,
    );
  });
});
