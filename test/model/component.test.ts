import { expect, test } from '@jest/globals';
import { componentId, findCycle } from '../../generator/model/component.ts';
import type { Component, ComponentId } from '../../generator/model/component.ts';

/** A graph of images; the second list of an entry are parents by order. */
function graphOf(
  edges: Readonly<Record<string, [content: string[], order?: string[]]>>,
): Map<ComponentId, Component> {
  return new Map(
    Object.entries(edges).map(([name, [content, order = []]]) => {
      const id = componentId('image', name);
      const ids = (names: string[]): ComponentId[] => names.map((one) => componentId('image', one));
      return [id, { id, kind: 'image', name, content: ids(content), order: ids(order), externals: [] }];
    }),
  );
}

test('a graph without a cycle has none, also where two ways lead to one parent', () => {
  expect(findCycle(graphOf({ a: [['b', 'c']], b: [['d']], c: [['d']], d: [[]] }))).toBeUndefined();
});

test('a cycle is given as the way around it, whatever leads into it', () => {
  expect(findCycle(graphOf({ x: [['a']], a: [['b']], b: [[], ['c']], c: [['a']] }))).toEqual([
    'image:a',
    'image:b',
    'image:c',
    'image:a',
  ]);
  expect(findCycle(graphOf({ a: [['a']] }))).toEqual(['image:a', 'image:a']);
});

test('a parent that is not there ends the way', () => {
  expect(findCycle(graphOf({ a: [['gone']] }))).toBeUndefined();
});

test('a chain of 50,000 is walked without the depth of a stack', () => {
  const chain = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, n) => [`i${n}`, [[`i${n + 1}`]] as [string[]]]),
  );
  expect(findCycle(graphOf(chain))).toBeUndefined();
  expect(findCycle(graphOf({ ...chain, i50000: [['i0']] }))).toHaveLength(50_002);
});
