import { describe, expect, test } from '@jest/globals';
import { SCHEMA_VERSION, hashProject } from '../../generator/hash/hash-project.ts';
import type { HashSource } from '../../generator/hash/hash-project.ts';
import type { Component, ComponentId } from '../../generator/model/component.ts';
import type { HashInput } from '../../generator/model/component-hash.ts';
import { Lock } from '../../generator/model/lock.ts';
import { UserError } from '../../generator/model/user-error.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function component(name: string, more: Partial<Component> = {}): Component {
  return { id: `image:${name}`, kind: 'image', name, content: [], order: [], externals: [], ...more };
}

function sourceOf(components: readonly Component[], lock: Partial<Lock> = {}): HashSource {
  return {
    graph: new Map(components.map((one) => [one.id, one])),
    lock: { ...Lock.parse({ version: 1 }), ...lock },
  };
}

/** Sources of which each component has one file, whose content is given. */
function hashesOf(
  components: readonly Component[],
  contents: Readonly<Record<string, string>> = {},
  lock: Partial<Lock> = {},
): Record<string, string> {
  const inputsOf = ({ name }: Component): HashInput[] => [
    { type: 'file', name: 'x', value: contents[name] ?? '' },
  ];
  const hashes = hashProject(sourceOf(components, lock), inputsOf);
  return Object.fromEntries([...hashes].map(([id, { hash }]) => [id, hash]));
}

function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after).filter((id) => after[id] !== before[id]);
}

const CHAIN = [
  component('app', { content: ['image:lib'] }),
  component('lib', { content: ['image:base'] }),
  component('base'),
  component('other', { order: ['image:base'] }),
];

describe('what changes a hash', () => {
  test('a parent changes all that is made from it, however far, and nothing that only waits for it', () => {
    const before = hashesOf(CHAIN, { base: '1' });
    expect(changed(before, hashesOf(CHAIN, { base: '2' }))).toEqual(['image:app', 'image:base', 'image:lib']);
    expect(changed(before, hashesOf(CHAIN, { base: '1', lib: '2' }))).toEqual(['image:app', 'image:lib']);
  });

  test('a digest in the lock changes who names it, and another one nobody', () => {
    const components = [component('a', { externals: ['debian:12'] }), component('b')];
    const images = { 'debian:12': DIGEST };
    const before = hashesOf(components, {}, { images });
    expect(changed(before, hashesOf(components, {}, { images: { ...images, 'redis:7': DIGEST } }))).toEqual(
      [],
    );
    const moved = { 'debian:12': `sha256:${'b'.repeat(64)}` };
    expect(changed(before, hashesOf(components, {}, { images: moved }))).toEqual(['image:a']);
  });

  test('an epoch changes its component and what is made from it', () => {
    const before = hashesOf(CHAIN);
    expect(changed(before, hashesOf(CHAIN, {}, { epochs: { 'image:lib': 1 } }))).toEqual([
      'image:app',
      'image:lib',
    ]);
    expect(changed(before, hashesOf(CHAIN, {}, { epochs: { 'image:lib': 0 } }))).toEqual([]);
  });

  test('every component has the schema number and its epoch, be it none', () => {
    const { inputs } = hashProject(sourceOf([component('base')]), () => []).get('image:base')!;
    expect(inputs).toEqual([
      { type: 'epoch', name: 'image:base', value: '0' },
      { type: 'schema', name: 'hash', value: String(SCHEMA_VERSION) },
    ]);
  });

  test('a chain of thousands of parents is no trouble', () => {
    const long = Array.from({ length: 5_000 }, (_, index) =>
      component(`i${index}`, { content: index === 0 ? [] : [`image:i${index - 1}` as ComponentId] }),
    ).reverse();
    expect(changed(hashesOf(long), hashesOf(long, { i0: 'x' }))).toHaveLength(5_000);
  });
});

describe('an external without a pin', () => {
  const components = [
    component('a', { externals: ['debian:12', `redis@${DIGEST}`] }),
    component('b', { externals: ['node:22'] }),
  ];
  const run = (inputsOf: (one: Component) => HashInput[], lock: Partial<Lock> = {}) => {
    try {
      hashProject(sourceOf(components, lock), inputsOf, ({ name }) => ({
        file: `${name}/Dockerfile`,
        line: 3,
        column: 6,
      }));
    } catch (error) {
      return error as UserError;
    }
    return undefined;
  };

  test('is refused, all of them at once, with their places and what writes the pin', () => {
    const error = run(() => [])!;
    expect(error).toBeInstanceOf(UserError);
    expect(error.code).toBe('UNPINNED');
    expect(error.message).toBe(
      '2 externals have no pin in project.lock.yaml; run `millrace lock` and commit it',
    );
    expect(error.problems.map(({ file, line, column, path }) => [file, line, column, path])).toEqual([
      ['a/Dockerfile', 3, 6, 'image:a'],
      ['b/Dockerfile', 3, 6, 'image:b'],
    ]);
    expect(error.problems[0]!.message).toContain('debian:12');
    expect(error.problems[0]!.hint).toContain('millrace lock');
  });

  test('is not one that says its digest itself', () => {
    const images = { 'debian:12': DIGEST, 'node:22': DIGEST };
    expect(run(() => [], { images })).toBeUndefined();
    const hashes = hashProject(sourceOf(components, { images }), () => []);
    expect(hashes.get('image:a')!.inputs).toContainEqual({
      type: 'external',
      name: `redis@${DIGEST}`,
      value: DIGEST,
    });
  });

  test('comes along with what else is wrong, which gives the code', () => {
    const problem = { file: 'b/sub', line: 1, column: 1, path: '', message: 'is a submodule', hint: '' };
    const error = run(({ name }) => {
      if (name === 'b') throw new UserError('SUBMODULE', 'b/sub is a submodule', [problem]);
      return [];
    })!;
    expect(error.code).toBe('SUBMODULE');
    expect(error.problems.map(({ file }) => file).sort()).toEqual(['a/Dockerfile', 'b/Dockerfile', 'b/sub']);
  });

  test('a bug of ours is not taken for bad input', () => {
    expect(() =>
      hashProject(sourceOf([component('a')]), () => {
        throw new TypeError('x is not a function');
      }),
    ).toThrow(TypeError);
  });
});
