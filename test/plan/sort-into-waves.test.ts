import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ComponentId } from '../../generator/model/component.ts';
import type { Action } from '../../generator/plan/plan.ts';
import { sortIntoWaves } from '../../generator/plan/sort-into-waves.ts';

interface Node {
  id: ComponentId;
  action: Action;
  dependsOn: ComponentId[];
}

function node(id: string, action: Action, ...dependsOn: string[]): Node {
  return { id: id as ComponentId, action, dependsOn: dependsOn as ComponentId[] };
}

describe('waves', () => {
  test('put each component after what it needs, and those of one wave beside each other', () => {
    const waves = sortIntoWaves([
      node('stack:shop', 'deploy', 'image:api', 'image:web'),
      node('image:web', 'build', 'image:base'),
      node('image:api', 'build', 'image:base'),
      node('image:base', 'build'),
    ]);
    expect(waves).toEqual([['image:base'], ['image:api', 'image:web'], ['stack:shop']]);
  });

  test('are none for what is kept, yet order goes through it', () => {
    const waves = sortIntoWaves([
      node('image:c', 'build', 'image:b'),
      node('image:b', 'keep', 'image:a'),
      node('image:a', 'build'),
    ]);
    expect(waves).toEqual([['image:a'], ['image:c']]);
  });

  test('do not wait for what is kept', () => {
    const waves = sortIntoWaves([
      node('image:a', 'keep'),
      node('image:b', 'build', 'image:a'),
      node('image:c', 'build'),
    ]);
    expect(waves).toEqual([['image:b', 'image:c']]);
  });

  test('end with removals, what stands on others first', () => {
    const waves = sortIntoWaves([
      node('infrastructure:old', 'remove'),
      node('stack:old', 'remove', 'infrastructure:old'),
      node('image:a', 'build'),
    ]);
    expect(waves).toEqual([['image:a'], ['stack:old'], ['infrastructure:old']]);
  });

  test('do not wait for parents that the plan leaves out', () => {
    expect(sortIntoWaves([node('image:b', 'build', 'image:a')])).toEqual([['image:b']]);
  });

  test('are refused where there is a cycle', () => {
    expect(() =>
      sortIntoWaves([node('image:a', 'build', 'image:b'), node('image:b', 'build', 'image:a')]),
    ).toThrow('cycle');
  });

  test('of any graph hold each touched component once, after all touched ones above it', () => {
    const graph = fc.array(
      fc.record({
        action: fc.constantFrom<Action>('build', 'deploy', 'keep'),
        parents: fc.array(fc.nat(), { maxLength: 4 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(graph, (drawn) => {
        const nodes = drawn.map(({ action, parents }, index) =>
          node(
            `image:${index}`,
            action,
            ...(index === 0 ? [] : parents.map((parent) => `image:${parent % index}`)),
          ),
        );
        const waves = sortIntoWaves([...nodes].reverse());
        const place = new Map(waves.flatMap((wave, index) => wave.map((id) => [id, index] as const)));
        expect(waves.flat().sort()).toEqual(
          nodes
            .filter(({ action }) => action !== 'keep')
            .map(({ id }) => id)
            .sort(),
        );
        for (const [id, index] of place) {
          const above = touchedAbove(id, nodes);
          expect(index).toBe(above.length === 0 ? 0 : Math.max(...above.map((one) => place.get(one)!)) + 1);
        }
      }),
    );
  });
});

/** The nearest touched ones above, through those that are kept. */
function touchedAbove(id: ComponentId, nodes: readonly Node[]): ComponentId[] {
  const parents = nodes
    .find((one) => one.id === id)!
    .dependsOn.map((parent) => nodes.find((one) => one.id === parent)!);
  return parents.flatMap((parent) =>
    parent.action === 'keep' ? touchedAbove(parent.id, nodes) : [parent.id],
  );
}
