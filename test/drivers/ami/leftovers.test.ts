import { describe, expect, test } from '@jest/globals';
import { leaseTags } from '../../../generator/drivers/ami/lease.ts';
import { findLeftovers, isClaimed } from '../../../generator/drivers/ami/leftovers.ts';
import type { Holdings, Judgement } from '../../../generator/drivers/ami/leftovers.ts';
import type { MachineImage, TaggedResource } from '../../../generator/ports/machine-images.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const HASH = 'a'.repeat(64);
const NAME = `shop-node-${HASH}`;
const judgement: Judgement = {
  project: 'shop',
  here: { boot: 'this', now: NOW, isAlive: (pid) => pid === 'alive' },
};

const tagsOf = (pid: string, project = 'shop'): Record<string, string> => ({
  'millrace:project': project,
  'millrace:component': 'node',
  'millrace:hash': HASH,
  ...leaseTags({ run: `run-${pid}`, boot: 'this', pid }, NOW),
});
const resource = (
  id: string,
  pid: string,
  type: TaggedResource['type'] = 'instance',
  project = 'shop',
): TaggedResource => ({ id, type, tags: tagsOf(pid, project) });
const image = (tags: Record<string, string>, more: Partial<MachineImage> = {}): MachineImage => ({
  id: 'ami-1',
  name: NAME,
  state: 'available',
  created: '',
  tags,
  snapshots: ['snap-1'],
  ...more,
});
const find = (
  holdings: Partial<Holdings>,
  more: Partial<Judgement> = {},
): { images: string[]; resources: string[] } => {
  const found = findLeftovers({ resources: [], images: [], ...holdings }, { ...judgement, ...more });
  return { images: found.images.map(({ id }) => id), resources: found.resources.map(({ id }) => id) };
};
const COMPLETE = { 'millrace:complete': 'true' };

describe('leftovers are', () => {
  test('every part of a dead run of this project, none of a live one, none of another project', () => {
    const resources = [
      resource('i-dead', 'dead'),
      resource('vol-dead', 'dead', 'volume'),
      resource('i-alive', 'alive'),
      resource('i-other', 'dead', 'instance', 'shop-web'),
    ];
    expect(find({ resources })).toEqual({ images: [], resources: ['i-dead', 'vol-dead'] });
  });

  test('a dead run’s image that is not complete, with its snapshots', () => {
    const resources = [resource('snap-1', 'dead', 'snapshot')];
    expect(find({ resources, images: [image(tagsOf('dead'))] })).toEqual({
      images: ['ami-1'],
      resources: ['snap-1'],
    });
  });

  test('neither a complete image nor its snapshots, whoever made it', () => {
    const resources = [resource('snap-1', 'dead', 'snapshot'), resource('snap-2', 'dead', 'snapshot')];
    const images = [image({ ...tagsOf('dead'), ...COMPLETE })];
    expect(find({ resources, images })).toEqual({ images: [], resources: ['snap-2'] });
  });

  test('an image that has but a name, where a dead run accounts for that name', () => {
    expect(find({ resources: [resource('i-1', 'dead')], images: [image({})] }).images).toEqual(['ami-1']);
  });

  test('no image that has but a name, where nobody accounts for it, or somebody alive does, too', () => {
    expect(find({ images: [image({})] }).images).toEqual([]);
    const both = [resource('i-1', 'dead'), resource('i-2', 'alive')];
    expect(find({ resources: both, images: [image({})] }).images).toEqual([]);
    expect(
      find({ resources: [resource('i-1', 'dead')], images: [image({}, { name: 'shop-else' })] }).images,
    ).toEqual([]);
  });

  test('what a bake of this run holds when it is over, but not the image that it made', () => {
    const resources = [resource('i-1', 'alive'), resource('snap-1', 'alive', 'snapshot')];
    const images = [image(tagsOf('alive'))];
    const ended = { run: 'run-alive', hash: HASH };
    expect(find({ resources, images }, { ended })).toEqual({
      images: ['ami-1'],
      resources: ['i-1', 'snap-1'],
    });
    expect(find({ resources, images }, { ended: { ...ended, made: 'ami-1' } })).toEqual({
      images: [],
      resources: ['i-1'],
    });
    expect(find({ resources, images }, { ended: { ...ended, hash: 'b'.repeat(64) } })).toEqual({
      images: [],
      resources: [],
    });
  });
});

describe('a name is claimed', () => {
  const claimed = (holdings: Partial<Holdings>): boolean =>
    isClaimed(NAME, { resources: [], images: [], ...holdings }, judgement);

  test('by the live run that its image is tagged with, not by a dead one', () => {
    expect(claimed({ images: [image(tagsOf('alive'))] })).toBe(true);
    expect(claimed({ images: [image(tagsOf('dead'))] })).toBe(false);
  });

  test('while the image has no tags, by the live run that bakes this hash', () => {
    expect(claimed({ images: [image({})], resources: [resource('i-1', 'alive')] })).toBe(true);
    expect(claimed({ images: [image({})], resources: [resource('i-1', 'dead')] })).toBe(false);
    expect(claimed({ images: [image({})] })).toBe(false);
  });
});
