import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pc from 'picocolors';
import type { Plan } from '../../generator/plan/plan.ts';
import { sortIntoWaves } from '../../generator/plan/sort-into-waves.ts';
import { displayWidth } from '../../generator/report/display-width.ts';
import { renderPlanTable } from '../../generator/report/plan-table.ts';
import { SHOP_ROWS, planOf } from './sample-plan.ts';
import type { Row } from './sample-plan.ts';

function render(plan: Plan, width: number, color = false, maxKept?: number): string {
  const options = { width, colors: pc.createColors(color), ...(maxKept === undefined ? {} : { maxKept }) };
  return renderPlanTable(plan, sortIntoWaves(plan.components), options);
}

describe('the table', () => {
  test('at 120 columns has a line for each component, by waves', () => {
    expect(`\n${render(planOf(SHOP_ROWS), 120)}\n`).toMatchInlineSnapshot(`
     "
     shop at f1f1f1f1f1f1: 3 to build, 1 to deploy, 1 to remove, 2 kept

       1  + build   image:base             010101010101  images/base/Dockerfile changed
       2  + build   image:api              020202020202  3 files changed: services/api/index.js, routes.js and test/routes.t…
          + build   image:recommendations  030303030303  its base image:base is rebuilt
       3  > deploy  stack:shop             040404040404  image:api is rebuilt
       4  - remove  stack:old              -             runs, and the project no longer has it

     Kept
          = keep    ami:cluster-node       070707070707  exists as ami-0123456789abcdef0
          = keep    image:web              060606060606  exists as 127.0.0.1:5000/shop/web@sha256:0123456789ab
     "
    `);
  });

  test('at 80 columns puts long reasons under their components', () => {
    expect(`\n${render(planOf(SHOP_ROWS), 80)}\n`).toMatchInlineSnapshot(`
     "
     shop at f1f1f1f1f1f1: 3 to build, 1 to deploy, 1 to remove, 2 kept

       1  + build   image:base             010101010101
          images/base/Dockerfile changed
       2  + build   image:api              020202020202
          3 files changed: services/api/index.js, routes.js and test/routes.test.js
          + build   image:recommendations  030303030303
          its base image:base is rebuilt
       3  > deploy  stack:shop             040404040404
          image:api is rebuilt
       4  - remove  stack:old              -
          runs, and the project no longer has it

     Kept
          = keep    ami:cluster-node       070707070707
          exists as ami-0123456789abcdef0
          = keep    image:web              060606060606
          exists as 127.0.0.1:5000/shop/web@sha256:0123456789ab
     "
    `);
  });

  test('at 40 columns puts hashes there too', () => {
    expect(`\n${render(planOf(SHOP_ROWS), 40)}\n`).toMatchInlineSnapshot(`
     "
     shop at f1f1f1f1f1f1: 3 to build, 1 to
     deploy, 1 to remove, 2 kept

       1  + build   image:base
          010101010101  images/base/Dockerfi…
       2  + build   image:api
          020202020202  3 files changed: ser…
          + build   image:recommendations
          030303030303  its base image:base …
       3  > deploy  stack:shop
          040404040404  image:api is rebuilt
       4  - remove  stack:old
          -             runs, and the projec…

     Kept
          = keep    ami:cluster-node
          070707070707  exists as ami-012345…
          = keep    image:web
          060606060606  exists as 127.0.0.1:…
     "
    `);
  });

  test('says when there is nothing to do', () => {
    const plan = planOf([['keep', 'image:a', 'exists as x']], { revision: null });
    expect(render(plan, 80).split('\n')[0]).toBe('shop with uncommitted changes: 1 kept; nothing to do');
    expect(render(planOf([]), 80)).toBe('shop at f1f1f1f1f1f1: no components; nothing to do');
  });

  test('lists some of what is kept, and how many more there are', () => {
    const rows = Array.from({ length: 30 }, (_, index): Row => ['keep', `image:n${index}`, 'exists']);
    const lines = render(planOf(rows), 80, false, 3).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe('  … and 27 more');
  });

  test('has colours only where they are asked for', () => {
    expect(render(planOf(SHOP_ROWS), 80, true)).toContain('\u001b[36m+ build ');
    expect(render(planOf(SHOP_ROWS), 80, false)).not.toContain('\u001b');
  });

  test('is never wider than it may be, whatever the names are made of', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => text.replace(/\p{C}/gu, 'x'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, name), { maxLength: 5 }),
        fc.integer({ min: 1, max: 160 }),
        (drawn, width) => {
          const rows = drawn.map(([id, reason], index): Row => ['build', `image:${index}${id}`, reason]);
          for (const line of render(planOf(rows), width).split('\n')) {
            expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(40, width));
          }
        },
      ),
    );
  });

  test('keeps columns below each other with wide and combining characters', () => {
    const rows: Row[] = [
      ['build', 'image:日本', 'reason'],
      ['build', 'image:e\u0301te\u0301', 'reason'],
      ['build', 'image:abcd', 'reason'],
    ];
    const starts = render(planOf(rows), 100)
      .split('\n')
      .slice(2)
      .map((line) => displayWidth(line.slice(0, line.indexOf('reason'))));
    expect(new Set(starts).size).toBe(1);
  });
});
