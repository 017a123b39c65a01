import { beforeEach, describe, expect, test } from '@jest/globals';
import { makePruneCommand } from '../../generator/cli/prune.ts';
import type { PlacesToPrune } from '../../generator/cli/places-to-prune.ts';
import { listStoredAmis, removeStoredAmis } from '../../generator/drivers/ami/stored-amis.ts';
import { listStoredImages } from '../../generator/drivers/image/list-stored-images.ts';
import { formatJobTag } from '../../generator/drivers/image/job-tag.ts';
import { formatRecordTag } from '../../generator/drivers/image/record-tag.ts';
import { removeImages } from '../../generator/drivers/image/remove-images.ts';
import { Project } from '../../generator/model/project/project.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Engine } from '../../generator/ports/engine.ts';
import type { PruneReport } from '../../generator/report/prune-report.ts';
import { createMemoryEc2 } from '../fakes/memory-ec2.ts';
import type { MemoryEc2 } from '../fakes/memory-ec2.ts';
import { createMemoryPlace } from '../fakes/memory-place.ts';
import type { MemoryPlace } from '../fakes/memory-place.ts';
import { createMemoryRegistry } from '../fakes/memory-registry.ts';
import type { MemoryRegistry } from '../fakes/memory-registry.ts';
import { createTextOutput } from '../fakes/text-output.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2030-06-01T00:00:00Z');
const REPOSITORY = 'registry.test/shop/api';
const hash = (digit: string): string => digit.repeat(64);
const commit = (digit: string): string => digit.repeat(40);
const SHOP = {
  project: 'shop',
  aws: { region: 'eu-central-1', accounts: ['123456789012'] },
  images: { api: { context: '.' } },
};

let project: Project;
/** Of the own registry; others tell nothing. */
let catalog: string[] | undefined;
let registry: MemoryRegistry;
let ec2: MemoryEc2;
let place: MemoryPlace;
let services: object[];
let wanted: Map<string, string>;
let broken: UserError | undefined;
let garbage: string[] | undefined;

beforeEach(() => {
  project = Project.parse(SHOP);
  catalog = ['shop/api', 'shop/former', 'shop-eu/api', 'library/debian'];
  registry = createMemoryRegistry();
  ec2 = createMemoryEc2();
  place = createMemoryPlace('the Swarm');
  [services, wanted, broken, garbage] = [[], new Map(), undefined, undefined];
});

/** An image that was built a hundred days ago, under its hash and its record. @returns its digest */
function store(digit: string, config: object = { digit }, days = 100): string {
  registry.addImage(REPOSITORY, formatRecordTag(hash(digit), commit(digit), NOW - days * DAY), { ...config });
  return registry.addImage(REPOSITORY, `src-${hash(digit)}`, { ...config });
}

async function prune(options: Record<string, unknown> = {}, env = {}) {
  const text = createTextOutput({ json: true });
  const tools = {
    registry,
    ...(catalog ? { catalog: { listRepositories: async () => catalog! } } : {}),
    place: { own: false, read: 'registry.test', write: 'registry.test' },
  };
  const engine = {
    get: async (path: string) => {
      if (broken) throw broken;
      return path === '/services' ? services : [];
    },
  } as Engine;
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const host = { identity: () => ({ run: 'me', boot: 'b', pid: '1' }), isAlive: () => true };
  const places: PlacesToPrune = {
    project,
    clock,
    host,
    checkAccount: async () => undefined,
    findLockPlaces: async () => [place],
    readHistory: async () => ({
      commits: ['c9'],
      wanted,
      unreadable: [],
      images: new Set(['api']),
      placeCommits: async (revisions) =>
        new Map([...revisions].map((one) => [one, new Set([one.slice(0, 1).repeat(64)])])),
    }),
    findSwarms: async () => [{ place: undefined, engine }],
    images: {
      repositories: ['registry.test/shop/'],
      list: (names) => listStoredImages(names, project, tools),
      remove: (removal) => removeImages({ ...removal, project }, tools),
      ...(garbage
        ? {
            garbage: {
              recover: async () => void garbage!.push('recover'),
              mark: async () => void garbage!.push('mark'),
              isMarked: async () => garbage!.includes('mark'),
              collect: async () => (garbage!.push('collect'), new Set<string>()),
            },
          }
        : {}),
    },
    amis: {
      list: () => listStoredAmis('shop', ec2),
      findUsed: async () => new Map(),
      remove: (removed, signal) =>
        removeStoredAmis(removed, project, { images: ec2, host: host as never, clock }, signal),
    },
    pruneNodes: async () => [],
    close: async () => undefined,
  };
  const command = makePruneCommand(() => Promise.resolve(places));
  const code = await command.run({ args: [], options, root: '/', env, output: text.output });
  return { code, report: JSON.parse(text.stdout()) as PruneReport, stderr: text.stderr() };
}

const tagsLeft = async (): Promise<string[]> => {
  const tags = await registry.listTags({ domain: 'registry.test', path: 'shop/api' });
  return tags.filter((tag) => tag.startsWith('src-')).map((tag) => tag.slice(4, 5));
};

test('what nothing needs goes, with all of its tags, under the deploy lock', async () => {
  for (const digit of ['1', '2', '3', '4']) store(digit);
  wanted.set(hash('3'), commit('3'));
  services = [
    { Spec: { Name: 'web', TaskTemplate: { ContainerSpec: { Image: `${REPOSITORY}@${store('2')}` } } } },
  ];
  const { code, report } = await prune();
  expect(code).toBe(0);
  expect(await tagsLeft()).toEqual(['2', '3', '4']);
  // All records are of one second: the last by its name is the newest build.
  expect(report.artifacts.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining([
      'service web runs it',
      'commit 333333333333 needs it',
      'is the newest build, whose layers the next one takes',
      'nothing needs it, it was built from 111111111111',
    ]),
  );
  expect(report.freed.registry).toBeGreaterThan(0);
  expect(place.calls).toContain('make 1');
  expect(place.locks).toEqual([]);
});

test('a digest that a kept hash shares stays, and so does one that gets a tag in the meantime', async () => {
  const same = { same: true };
  store('1', same);
  store('2', same);
  store('3');
  store('4');
  wanted.set(hash('2'), commit('2'));
  const list = registry.listTags;
  let asked = 0;
  registry.listTags = async (address) => {
    // Between the first list and the removal another run finds that its build gave the same bytes.
    if (++asked === 2) store('f', { digit: '3' }, 0);
    return list(address);
  };
  const { report, stderr } = await prune();
  expect((await tagsLeft()).sort()).toEqual(['1', '2', '3', '4', 'f']);
  expect(stderr).toContain('was built anew as ');
  expect(report.artifacts.find(({ action }) => action === 'remove')?.removed).toBe(false);
});

test('the parts of an index go with it, but for those that another index has', async () => {
  const part = (name: string) => ({ digest: registry.addImage(REPOSITORY, `x-${name}`, { name }) });
  const [a, b, c] = [part('a'), part('b'), part('c')];
  const address = { domain: 'registry.test', path: 'shop/api' };
  const index = (digit: string, parts: { digest: string }[]): string => {
    registry.addIndex(REPOSITORY, formatRecordTag(hash(digit), commit(digit), NOW - 100 * DAY), parts);
    return registry.addIndex(REPOSITORY, `src-${hash(digit)}`, parts);
  };
  index('1', [a, b]);
  index('2', [b, c]);
  // Parts have no tags of their own in a registry.
  const list = registry.listTags;
  registry.listTags = async (one) => (await list(one)).filter((tag) => !tag.startsWith('x-'));
  wanted.set(hash('2'), commit('2'));
  await prune();
  const there = await Promise.all([a, b, c].map(({ digest }) => registry.findManifest(address, digest)));
  expect(there.map((found) => found !== undefined)).toEqual([false, true, true]);
});

test('images that the project no longer has go as well, their newest build included, and those of others stay', async () => {
  const record = formatRecordTag(hash('1'), commit('1'), NOW - 100 * DAY);
  for (const repository of ['shop/former', 'shop-eu/api']) {
    registry.addImage(`registry.test/${repository}`, record, {});
    registry.addImage(`registry.test/${repository}`, `src-${hash('1')}`, {});
  }
  const { report } = await prune();
  expect(report.artifacts).toMatchObject([{ component: 'image:former', removed: true }]);
  expect(await registry.listTags({ domain: 'registry.test', path: 'shop-eu/api' })).toHaveLength(2);
});

describe.each([
  ['the own registry', ['shop/api', 'shop/handover']],
  ['a registry that has no catalog', undefined],
])('of the images that jobs outside of Jenkins were given, in %s,', (_, paths) => {
  const HANDED = 'registry.test/shop/handover';
  const address = { domain: 'registry.test', path: 'shop/handover' };
  const handed = (digit: string, days: number): string =>
    registry.addImage(HANDED, formatJobTag(commit(digit), NOW - days * DAY), { digit });
  beforeEach(() => {
    catalog = paths;
    project = Project.parse({ ...SHOP, stacks: { jenkins: { file: 'stacks/jenkins.yml' } } });
  });

  test('those go that no job has any more', async () => {
    const [runs, over, young] = [handed('1', 3), handed('2', 2), handed('3', 0.9)];
    const other = registry.addImage(HANDED, 'latest', {});
    const Name = 'millrace-handover-shop-1';
    services = [{ Spec: { Name, TaskTemplate: { ContainerSpec: { Image: `${HANDED}@${runs}` } } } }];
    const { code, report } = await prune();
    expect(code).toBe(0);
    expect(new Map(report.artifacts.map(({ id, reason }) => [id, reason]))).toEqual(
      new Map([
        [runs, `service ${Name} runs it`],
        [over, 'the job that it was made for is over'],
        [young, 'is younger than a day'],
        [other, 'bears the tag latest, which is not ours'],
      ]),
    );
    const there = await Promise.all(
      [runs, over, young, other].map((id) => registry.findManifest(address, id)),
    );
    expect(there.map((found) => found !== undefined)).toEqual([true, false, true, true]);
  });

  test('none goes where a Swarm or that repository cannot be asked', async () => {
    const over = handed('1', 3);
    broken = new UserError('ENGINE_UNREACHABLE', 'no engine');
    await expect(prune()).rejects.toThrow('no engine');
    broken = undefined;
    expect(await registry.findManifest(address, over)).toBeDefined();
    registry.breakWith(HANDED, new UserError('REGISTRY_UNREACHABLE', 'no registry'));
    await expect(prune()).rejects.toThrow('no registry');
  });
});

test('machine images of the project go, and no others', async () => {
  const ami = (id: string, tags: Record<string, string>) => ({
    id,
    name: `shop-${id}`,
    state: 'available',
    created: '2029-01-01T00:00:00.000Z',
    snapshots: ['snap-1'],
    tags: { 'millrace:project': 'shop', 'millrace:component': 'node', 'millrace:complete': 'true', ...tags },
  });
  ec2.held.images = [
    ami('ami-old', { 'millrace:hash': hash('1') }),
    ami('ami-wanted', { 'millrace:hash': hash('2') }),
    ami('ami-half', { 'millrace:hash': hash('3'), 'millrace:complete': '' }),
    ami('ami-other', { 'millrace:hash': hash('4'), 'millrace:project': 'shop-eu' }),
  ];
  wanted.set(hash('2'), commit('2'));
  await prune();
  expect(ec2.held.images.map(({ id }) => id)).toEqual(['ami-wanted', 'ami-half', 'ami-other']);
});

describe('nothing is removed', () => {
  beforeEach(() => ['1', '2', '3'].forEach((digit) => store(digit)));
  const untouched = async (): Promise<void> => expect(await tagsLeft()).toEqual(['1', '2', '3']);

  test('where the Swarm, or the registry, cannot be asked', async () => {
    broken = new UserError('ENGINE_UNREACHABLE', 'no engine');
    await expect(prune()).rejects.toThrow('no engine');
    broken = undefined;
    await untouched();
    registry.breakWith(REPOSITORY, new UserError('REGISTRY_UNREACHABLE', 'no registry'));
    await expect(prune()).rejects.toThrow('no registry');
    expect(place.locks).toEqual([]);
  });

  test('by a dry run, which takes no lock and says what it would', async () => {
    const { report } = await prune({ dryRun: true, max: '0' });
    expect(report).toMatchObject({ dryRun: true, freed: { registry: expect.any(Number) } });
    expect(report.artifacts.filter(({ action }) => action === 'remove')).toHaveLength(2);
    expect(report.artifacts.some(({ removed }) => removed)).toBe(false);
    expect(place.calls).toEqual([]);
    await untouched();
  });

  test('where more would go than may', async () => {
    await expect(prune({ max: '1' })).rejects.toMatchObject({ code: 'TOO_MANY' });
    await untouched();
  });

  test('by a job that verifies, or with a word for a number', async () => {
    await expect(prune({}, { MILLRACE_ROLE: 'verify' })).rejects.toMatchObject({ code: 'NOT_IN_JENKINS' });
    await expect(prune({ max: 'all' })).rejects.toMatchObject({ code: 'USAGE' });
    await untouched();
  });

  test('by a registry that deletes nothing: one line says so, and it is a failure', async () => {
    registry.deleteManifest = () =>
      Promise.reject(new UserError('REGISTRY_ANSWER', 'registry.test answered 405, UNSUPPORTED; is it one?'));
    const { code, report } = await prune();
    expect([code, report.failures]).toEqual([
      1,
      [expect.stringMatching(/registry\.test deletes nothing .*405.*storage\.delete\.enabled/)],
    ]);
    await untouched();
  });
});

test('garbage of the own registry is marked before anything goes, and collected after it; what a dead run left, too', async () => {
  ['1', '2'].forEach((digit) => store(digit));
  garbage = [];
  await prune();
  expect(garbage).toEqual(['recover', 'mark', 'collect']);
  await prune();
  expect(garbage.slice(3)).toEqual(['recover', 'collect']);
  garbage = [];
  await prune();
  expect(garbage).toEqual(['recover']);
});
