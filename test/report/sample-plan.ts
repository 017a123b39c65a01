import type { ComponentId, ComponentKind } from '../../generator/model/component.ts';
import type { Action, Plan, PlannedComponent } from '../../generator/plan/plan.ts';

/** `['build', 'image:api', 'why', 'image:base']`: action, id, reason, parents. */
export type Row = readonly [Action, string, string, ...string[]];

/** A plan of such components; hashes differ from one to the next. */
export function planOf(rows: readonly Row[], more: Partial<Plan> = {}): Plan {
  const components = rows.map(([action, id, reason, ...dependsOn], index): PlannedComponent => ({
    id: id as ComponentId,
    kind: id.slice(0, id.indexOf(':')) as ComponentKind,
    hash: action === 'remove' ? null : (index + 1).toString(16).padStart(2, '0').repeat(32),
    action,
    reason,
    dependsOn: dependsOn as ComponentId[],
  }));
  const summary = { build: 0, deploy: 0, keep: 0, remove: 0 };
  for (const { action } of components) summary[action]++;
  components.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { version: 1, project: 'shop', revision: 'f1'.repeat(20), components, summary, ...more };
}

export const SHOP_ROWS: readonly Row[] = [
  ['build', 'image:base', 'images/base/Dockerfile changed'],
  [
    'build',
    'image:api',
    '3 files changed: services/api/index.js, routes.js and test/routes.test.js',
    'image:base',
  ],
  ['build', 'image:recommendations', 'its base image:base is rebuilt', 'image:base'],
  ['deploy', 'stack:shop', 'image:api is rebuilt', 'image:api', 'image:recommendations', 'image:web'],
  ['remove', 'stack:old', 'runs, and the project no longer has it'],
  ['keep', 'image:web', 'exists as 127.0.0.1:5000/shop/web@sha256:0123456789ab'],
  ['keep', 'ami:cluster-node', 'exists as ami-0123456789abcdef0'],
];
