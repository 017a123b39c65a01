import { describe, expect, test } from '@jest/globals';
import { chooseRefreshed } from '../../generator/cli/lock-choice.ts';
import type { ComponentGraph } from '../../generator/model/component.ts';
import type { WantedPins } from '../../generator/model/lock-changes.ts';

const WANTED: WantedPins = {
  images: new Map([
    ['debian:12', []],
    ['redis:7', []],
  ]),
  amis: new Map([['node', { owner: 'self', name: 'debian-*' } as never]]),
};
const GRAPH = new Map([
  ['ami:node', { id: 'ami:node', kind: 'ami', externals: [] }],
  ['stack:shop', { id: 'stack:shop', kind: 'stack', externals: ['redis:7'] }],
]) as unknown as ComponentGraph;
const choose = (options: Record<string, unknown>): unknown => chooseRefreshed(options, WANTED, GRAPH);

describe('what `lock --update` looks up again', () => {
  test('is all of it without names', () => {
    expect(choose({ update: true })).toBe('all');
  });

  test('is what is named, a component standing for what it stands on', () => {
    expect(choose({ update: ['ami:node', 'stack:shop'] })).toEqual(new Set(['ami:node', 'redis:7']));
  });

  test('is nothing where it is not asked for', () => {
    expect(choose({})).toEqual(new Set());
  });

  test('is every image and no machine image with --except-amis', () => {
    expect(choose({ update: true, exceptAmis: true })).toEqual(new Set(['debian:12', 'redis:7']));
  });

  test.each([
    ['names', { update: ['ami:node'], exceptAmis: true }],
    ['none', { exceptAmis: true }],
  ])('refuses --except-amis where --update has %s', (found, options) => {
    expect(() => choose(options)).toThrow(
      `--except-amis: expected --update without names, found ${found}; what is named is all that moves`,
    );
  });
});
