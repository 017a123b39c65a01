import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { Plan } from '../../generator/plan/plan.ts';
import { sortIntoWaves } from '../../generator/plan/sort-into-waves.ts';
import { renderPlanPage } from '../../generator/report/plan-html.ts';
import { assignLayers } from '../../generator/report/plan-page/assign-layers.ts';
import type { Edge } from '../../generator/report/plan-page/assign-layers.ts';
import { dropDetours } from '../../generator/report/plan-page/drop-detours.ts';
import { NODE_HEIGHT, NODE_WIDTH, layOutGraph } from '../../generator/report/plan-page/lay-out-graph.ts';
import { SHOP_ROWS, planOf } from './sample-plan.ts';
import type { Row } from './sample-plan.ts';

function render(plan: Plan): string {
  return renderPlanPage(plan, sortIntoWaves(plan.components));
}

describe('the page', () => {
  test('is the same for the same plan', () => {
    expect(render(planOf(SHOP_ROWS))).toBe(render(planOf([...SHOP_ROWS].map((row): Row => [...row]))));
  });

  test('lets only its own style and script in, by their hashes', () => {
    const page = render(planOf(SHOP_ROWS));
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${digest(/<style>(.*?)<\/style>/s.exec(page)![1]!)}'`,
      `script-src 'sha256-${digest(/<script>(.*?)<\/script>/s.exec(page)![1]!)}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('names no address outside itself', () => {
    expect(render(planOf(SHOP_ROWS)).match(/(?:href|src)="(?!#c\d+"|data:,")[^"]*"/g)).toBeNull();
  });

  test('has no style attribute and no handler: its policy would refuse them', () => {
    expect(render(planOf(SHOP_ROWS)).match(/\s(?:style|on[a-z]+)=/g)).toBeNull();
  });

  test('holds every value as text', () => {
    const text = fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", '/', 'script', '-', '=', ' ', 'é'),
      maxLength: 12,
    });
    // Markup that only the page's own code writes; what a value adds to it would be counted.
    const tags = (plan: Plan): number => render(plan).match(/<[a-z/!]/g)!.length;
    const plain = tags(planWith('x'));
    fc.assert(fc.property(text, (drawn) => expect(tags(planWith(drawn))).toBe(plain)));
  });

  test('draws up to 100 components, and has only the table for more', () => {
    const rows = (count: number): Row[] =>
      Array.from({ length: count }, (_, index): Row => ['build', `image:n${index}`, 'r']);
    expect(render(planOf(rows(100)))).toContain('<svg');
    expect(render(planOf(rows(101)))).not.toContain('<svg');
  });

  test('says that the tree was dirty, and what an empty plan is', () => {
    const page = render(planOf([], { revision: null }));
    expect(page).toContain('With uncommitted changes');
    expect(page).toContain('<title>Plan for shop: no components</title>');
  });

  test('shows 200 differences of a component, and how many more there are', () => {
    const plan = planOf([['build', 'image:a', 'r']]);
    plan.components[0]!.changes = Array.from({ length: 250 }, (_, index) => ({
      type: 'file',
      name: `f${index}`,
      after: 'x',
    }));
    const page = render(plan);
    expect(page).toContain('What differs (250)');
    expect(page.match(/<li>/g)).toHaveLength(200);
    expect(page).toContain('… and 50 more');
  });
});

function planWith(text: string): Plan {
  const plan = planOf(
    [
      ['build', `image:a${text}`, text],
      ['keep', 'image:b', text],
    ],
    { project: `p${text}`, revision: `r${text}` },
  );
  const first = plan.components[0]!;
  first.changes = [{ type: `t${text}`, name: text, before: text, after: text }];
  first.artifact = { id: text, reference: text };
  first.hash = `h${text}`;
  return plan;
}

const graph = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 40 })
  .map((parents) => ({
    count: parents.length,
    edges: parents.flatMap((list, to): Edge[] =>
      to === 0 ? [] : [...new Set(list.map((one) => one % to))].map((from) => ({ from, to })),
    ),
  }));

describe('the drawing of any graph', () => {
  test('puts each component right of what it needs', () => {
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const { nodes } = layOutGraph(count, edges);
        for (const { from, to } of edges) expect(nodes[from]!.x + NODE_WIDTH).toBeLessThan(nodes[to]!.x);
      }),
    );
  });

  test('puts no component over another, and none outside', () => {
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const { nodes, width, height } = layOutGraph(count, edges);
        for (const [place, { x, y }] of nodes.entries()) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(x + NODE_WIDTH).toBeLessThanOrEqual(width);
          expect(y + NODE_HEIGHT).toBeLessThanOrEqual(height);
          const over = nodes.findIndex(
            (other, at) => at !== place && other.x === x && Math.abs(other.y - y) < NODE_HEIGHT,
          );
          expect(over).toBe(-1);
        }
      }),
    );
  });

  test('leads no edge through a component', () => {
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const layout = layOutGraph(count, edges);
        for (const { points } of layout.edges) {
          // Straight pieces pass through a column; between columns nothing stands.
          for (const point of points.slice(1, -1)) {
            const over = layout.nodes.find(
              ({ x, y }) =>
                point.x >= x && point.x <= x + NODE_WIDTH && point.y > y && point.y < y + NODE_HEIGHT,
            );
            expect(over).toBeUndefined();
          }
        }
      }),
    );
  });

  test('leaves out an edge only where a longer way says the same', () => {
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const kept = dropDetours(count, edges);
        expect(reach(count, kept)).toEqual(reach(count, edges));
        for (const edge of kept) {
          const others = kept.filter((other) => other !== edge);
          expect(reach(count, others)[edge.from]!.has(edge.to)).toBe(false);
        }
      }),
    );
  });

  test('ends where a plan holds a cycle', () => {
    const edges = [
      { from: 0, to: 1 },
      { from: 1, to: 0 },
    ];
    expect(assignLayers(2, edges)).toHaveLength(2);
    expect(layOutGraph(2, edges).nodes).toHaveLength(2);
    expect(dropDetours(2, edges).length).toBeLessThanOrEqual(2);
  });
});

/** For each node all that is below it. */
function reach(count: number, edges: readonly Edge[]): Set<number>[] {
  const below = Array.from({ length: count }, () => new Set<number>());
  // Parents have smaller numbers here.
  for (let node = count - 1; node >= 0; node--) {
    for (const { from, to } of edges.filter((edge) => edge.from === node)) {
      below[from]!.add(to);
      for (const one of below[to]!) below[from]!.add(one);
    }
  }
  return below.map((set) => new Set([...set].sort((a, b) => a - b)));
}
