import { beforeEach, describe, expect, test } from '@jest/globals';
import { NODE_LIMITS } from '../../../generator/drivers/stack/node-keep.ts';
import type { NodeKeep, NodeReport } from '../../../generator/drivers/stack/node-keep.ts';
import { pruneNode } from '../../../generator/drivers/stack/prune-node.ts';
import { UserError } from '../../../generator/model/user-error.ts';
import type { Engine } from '../../../generator/ports/engine.ts';

const NOW = Date.parse('2030-01-10T00:00:00Z');
const [OLD, YOUNG] = ['2030-01-05T00:00:00Z', '2030-01-09T12:00:00Z'];
const seconds = (time: string): number => Date.parse(time) / 1_000;
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const REPOSITORY = '127.0.0.1:5000/shop/api';
const OURS = { 'com.docker.stack.namespace': 'shop-web' };

/** A stand-in for a node's engine: what it answers, and what it was told to remove. */
let answers: Record<string, unknown>;
let removed: string[];
let refused: Set<string>;
let free: number;
const engine: Engine = {
  host: 'unix:///node.sock',
  get: async (path) => {
    const plain = path.split('?', 1)[0]!;
    const image = /^\/images\/(.+)\/json$/.exec(plain)?.[1];
    if (image !== undefined) return removed.some((one) => one.startsWith('/images/')) ? undefined : {};
    return answers[plain];
  },
  post: async (path) => {
    removed.push(path);
    return { status: 200, body: { SpaceReclaimed: 7 } };
  },
  remove: async (path) => {
    if (refused.has(path)) throw new UserError('ENGINE_REFUSED', 'is in use');
    removed.push(path);
    if (path.startsWith('/images/')) free += 0.02;
    return true;
  },
  readLog: async () => [],
};
const keep: NodeKeep = {
  ...NODE_LIMITS,
  project: 'shop',
  now: NOW,
  namespaces: ['shop-web'],
  repositories: ['127.0.0.1:5000/shop/', '127.0.0.1:5001/shop/'],
  digests: [digest('a')],
  networks: ['n-service'],
};
const prune = (dryRun = false): Promise<NodeReport> =>
  pruneNode(
    { name: 'node-1', engine, readDisk: async () => ({ total: 1_000, free: free * 1_000 }) },
    keep,
    dryRun,
  );

const container = (id: string, more: object = {}) => ({
  Id: id,
  Names: [`/${id}`],
  Labels: OURS,
  Created: seconds(OLD),
  SizeRw: 5,
  ...more,
});
const image = (id: string, more: object = {}) => ({
  Id: id,
  RepoTags: [],
  RepoDigests: [`${REPOSITORY}@${digest(id)}`],
  Created: seconds(OLD),
  Size: 10,
  SharedSize: 4,
  ...more,
});

beforeEach(() => {
  removed = [];
  refused = new Set();
  free = 0.5;
  answers = {
    '/containers/json': [],
    '/networks': [],
    '/system/df': { BuildCache: [], Images: [] },
  };
});

describe('containers', () => {
  const ended = (id: string, time: string): void => {
    answers[`/containers/${id}/json`] = { State: { FinishedAt: time } };
  };

  test('of the project go a day after they ended, not after they were made', async () => {
    answers['/containers/json'] = [container('old'), container('young'), container('other', { Labels: {} })];
    ended('old', OLD);
    ended('young', YOUNG);
    ended('other', OLD);
    expect(await prune()).toMatchObject({ containers: ['old'], bytes: 5, notes: [] });
    expect(removed).toEqual(['/containers/old']);
  });

  test('that were never started go a day after they were made, and volumes stay', async () => {
    answers['/containers/json'] = [container('made')];
    ended('made', '0001-01-01T00:00:00Z');
    expect((await prune()).containers).toEqual(['made']);
    expect(removed.join()).not.toMatch(/v=|force|volume/);
  });
});

test('networks of the project go where no service and no container has them', async () => {
  const network = (Id: string, Created = OLD) => ({ Id, Name: Id, Created });
  answers['/networks'] = ['n-free', 'n-service', 'n-container', 'n-refused'].map((id) => network(id));
  (answers['/networks'] as object[]).push(network('n-young', YOUNG));
  for (const id of ['n-free', 'n-refused', 'n-young']) answers[`/networks/${id}`] = { Containers: {} };
  answers['/networks/n-container'] = { Containers: { one: {} } };
  refused.add('/networks/n-refused');
  expect(await prune()).toMatchObject({ networks: ['n-free'], notes: [] });
});

test('the build cache goes down to its size, and stays where it is smaller', async () => {
  const cache = (Size: number) => ({ BuildCache: [{ Size }], Images: [] });
  answers['/system/df'] = cache(keep.cacheBytes);
  await prune();
  expect(removed).toEqual([]);
  answers['/system/df'] = cache(keep.cacheBytes + 1_000);
  expect((await prune(true)).bytes).toBe(1_000);
  expect(removed).toEqual([]);
  expect((await prune()).bytes).toBe(7);
  expect(removed).toEqual([`/build/prune?keep-storage=${keep.cacheBytes}`]);
});

describe('images', () => {
  const images = (...all: object[]): void => {
    answers['/system/df'] = { BuildCache: [], Images: all };
  };

  test('all stay while there is room', async () => {
    images(image('b'));
    expect((await prune()).images).toEqual([]);
  });

  test('go where the disk is full, but none that is kept, used, young, or of somebody else too', async () => {
    free = 0.1;
    images(
      image('a'),
      image('b'),
      image('c', { Created: seconds(YOUNG) }),
      image('d', { RepoTags: ['debian:12'] }),
      image('e', { RepoDigests: ['127.0.0.1:5000/shop-eu/api@sha256:1'] }),
      image('f', { RepoDigests: null, RepoTags: ['<none>:<none>'] }),
      image('9'),
    );
    answers['/containers/json'] = [{ ImageID: '9', ...container('x', { Labels: {} }) }];
    expect(await prune()).toMatchObject({ images: [`${REPOSITORY}@${digest('b')}`], bytes: 6 });
    expect(removed).toEqual([`/images/${REPOSITORY}@${digest('b')}`]);
  });

  test('the oldest first, and only until there is room', async () => {
    free = 0.19;
    images(...Array.from({ length: 10 }, (_, at) => image(String(at), { Created: seconds(OLD) - at })));
    const { images: gone } = await prune();
    expect(gone.map((one) => one.at(-1))).toEqual(['9', '8', '7', '6', '5', '4']);
  });

  test('stay where nobody knows how full the disk is', async () => {
    images(image('b'));
    const machine = { name: 'n', engine, readDisk: async () => undefined };
    const { images: gone, notes } = await pruneNode(machine, keep, false);
    expect([gone, notes.join()]).toEqual([[], expect.stringContaining('cannot be told')]);
  });
});

test('what the engine cannot answer is told of, and the rest is done', async () => {
  answers['/containers/json'] = undefined;
  const failing: Engine = {
    ...engine,
    get: async (path) => {
      if (path.startsWith('/containers')) throw new UserError('ENGINE_REFUSED', 'containers: no');
      return engine.get(path);
    },
  };
  answers['/networks'] = [{ Id: 'n', Name: 'n', Created: OLD }];
  answers['/networks/n'] = {};
  const machine = { name: 'n', engine: failing, readDisk: async () => ({ total: 1, free: 1 }) };
  expect(await pruneNode(machine, keep, false)).toMatchObject({
    networks: ['n'],
    failures: ['containers: no'],
  });
});
