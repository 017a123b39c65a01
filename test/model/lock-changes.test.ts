import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseYamlDocument } from '../../generator/load/yaml-document.ts';
import { Lock } from '../../generator/model/lock.ts';
import { bumpEpochs, chooseStale, updateLock } from '../../generator/model/lock-changes.ts';
import type { WantedPins } from '../../generator/model/lock-changes.ts';
import { renderLock } from '../../generator/model/lock-text.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const SOURCE = {
  owner: '136693071363',
  name: 'debian-12-*',
  architecture: 'x86_64',
  virtualization: 'hvm',
  rootDevice: 'ebs',
} as const;

function wants(images: string[], amis: string[] = []): WantedPins {
  return {
    images: new Map(images.map((text) => [text, ['linux/amd64']] as const)),
    amis: new Map(amis.map((name) => [name, SOURCE] as const)),
    region: 'eu-central-1',
  };
}

const lockOf = (fields: Partial<Lock>): Lock => Lock.parse({ version: 1, ...fields });
const none = { images: new Map<string, string>(), amis: new Map<string, string>() };

describe('what is looked up', () => {
  const lock = lockOf({ images: { 'debian:12': A }, amis: { node: { 'us-east-1': 'ami-00000001' } } });

  test('is what has no pin, or none for this region', () => {
    expect(chooseStale(lock, wants(['redis:7', 'debian:12'], ['node']), new Set())).toEqual({
      images: ['redis:7'],
      amis: ['node'],
    });
    const here = lockOf({ amis: { node: { 'eu-central-1': 'ami-00000001' } } });
    expect(chooseStale(here, wants([], ['node']), new Set()).amis).toEqual([]);
  });

  test('and what is named, or all', () => {
    const wanted = wants(['a:1', 'debian:12', 'redis:7'], ['node']);
    const full = lockOf({
      images: { 'a:1': A, 'debian:12': A, 'redis:7': A },
      amis: { node: { 'eu-central-1': 'ami-00000001' } },
    });
    expect(chooseStale(full, wanted, new Set(['debian:12', 'ami:node']))).toEqual({
      images: ['debian:12'],
      amis: ['node'],
    });
    expect(chooseStale(full, wanted, 'all')).toEqual({
      images: ['a:1', 'debian:12', 'redis:7'],
      amis: ['node'],
    });
  });

  test('a reference that is called like what every object has is pinned like any other', () => {
    expect(
      chooseStale(lockOf({}), wants(['constructor', 'valueOf'.toLowerCase()]), new Set()).images,
    ).toEqual(['constructor', 'valueof']);
  });
});

describe('the lock afterwards', () => {
  test('holds old pins, new ones and no others; epochs stay', () => {
    const lock = lockOf({
      images: { 'debian:12': A, 'gone:1': A },
      amis: { node: { 'eu-central-1': 'ami-00000001', 'us-east-1': 'ami-00000002' }, gone: {} },
      epochs: { 'image:gone': 3 },
    });
    const update = updateLock(lock, wants(['debian:12', 'redis:7'], ['node']), {
      images: new Map([['redis:7', B]]),
      amis: new Map([['node', 'ami-0000000f']]),
    });
    expect(update).toEqual({
      lock: {
        version: 1,
        images: { 'debian:12': A, 'redis:7': B },
        amis: { node: { 'eu-central-1': 'ami-0000000f' } },
        epochs: { 'image:gone': 3 },
      },
      moved: [{ name: 'ami:node', before: 'ami-00000001', after: 'ami-0000000f' }],
      added: ['redis:7'],
      removed: ['ami:gone', 'gone:1'],
    });
  });

  test('what was looked up and is the same has not moved', () => {
    const lock = lockOf({ images: { 'debian:12': A } });
    const update = updateLock(lock, wants(['debian:12']), { ...none, images: new Map([['debian:12', A]]) });
    expect(update).toMatchObject({ moved: [], added: [], removed: [] });
    expect(update.lock).toEqual(lock);
  });

  test('an AMI of another region is new, not moved', () => {
    const lock = lockOf({ amis: { node: { 'us-east-1': 'ami-00000002' } } });
    const update = updateLock(lock, wants([], ['node']), {
      ...none,
      amis: new Map([['node', 'ami-00000003']]),
    });
    expect(update).toMatchObject({ moved: [], added: ['ami:node'] });
  });
});

test('an epoch goes up by one, from none', () => {
  const lock = bumpEpochs(lockOf({ epochs: { 'image:a': 1 } }), ['image:a', 'ami:b']);
  expect(lock.epochs).toEqual({ 'image:a': 2, 'ami:b': 1 });
});

describe('the text', () => {
  test('is sorted, and reads as the lock again', () => {
    const text = renderLock(
      lockOf({
        images: { 'redis:7': B, 'debian:12': A },
        amis: { node: { 'us-east-1': 'ami-00000002', 'eu-central-1': 'ami-00000001' } },
        epochs: { 'image:z': 1, 'ami:b': 2 },
      }),
      'about it.',
    );
    expect(text).toBe(`# Written by \`millrace lock\`: about it.
version: 1
images:
  "debian:12": ${A}
  "redis:7": ${B}
amis:
  "node":
    "eu-central-1": ami-00000001
    "us-east-1": ami-00000002
epochs:
  "ami:b": 2
  "image:z": 1
`);
  });

  test('of an empty lock has empty maps', () => {
    expect(renderLock(lockOf({}), 'x').split('\n').slice(1)).toEqual([
      'version: 1',
      'images: {}',
      'amis: {}',
      'epochs: {}',
      '',
    ]);
  });

  test('any keys and pins come back as they were, in any order of writing', () => {
    const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text !== '__proto__');
    const digest = fc.constantFrom(A, B);
    fc.assert(
      fc.property(fc.dictionary(key, digest), fc.dictionary(key, fc.nat()), (images, epochs) => {
        const lock = { version: 1 as const, images: { ...images }, amis: {}, epochs: { ...epochs } };
        const text = renderLock(lock, 'x');
        expect(parseYamlDocument(text).value).toEqual(lock);
        const turned = Object.fromEntries(Object.entries(lock.images).reverse());
        expect(renderLock({ ...lock, images: turned }, 'x')).toBe(text);
      }),
    );
  });
});
