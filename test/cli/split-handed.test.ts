import { describe, expect, test } from '@jest/globals';
import { splitHanded } from '../../generator/cli/split-handed.ts';
import type { PlannedCommit } from '../../generator/cli/plan-commit.ts';
import type { Project } from '../../generator/model/project/project.ts';
import type { PlannedComponent } from '../../generator/plan/plan.ts';

const project = { stacks: { jenkins: { on: 'cluster' }, shop: { on: 'cluster' } } } as unknown as Project;
const plan = (actions: Record<string, PlannedComponent['action']>): PlannedCommit => {
  const components = Object.entries(actions).map(([id, action]) => ({ id, action }));
  return { plan: { components } } as unknown as PlannedCommit;
};
const ids = (components: readonly { id: string }[]): string[] => components.map(({ id }) => id);
const mixed = plan({
  'image:jenkins': 'build',
  'infrastructure:cluster': 'deploy',
  'stack:jenkins': 'deploy',
  'stack:shop': 'deploy',
});

describe('inside Jenkins', () => {
  test('what carries it is handed over, and the rest is not', () => {
    const { own, handed } = splitHanded(mixed, project, { MILLRACE_ROLE: 'deliver' });
    expect(ids(handed)).toEqual(['infrastructure:cluster', 'stack:jenkins']);
    expect(ids(own.plan.components)).toEqual(['image:jenkins', 'stack:shop']);
  });

  test('what is kept is not handed over', () => {
    const kept = plan({ 'stack:jenkins': 'keep', 'stack:shop': 'deploy' });
    const split = splitHanded(kept, project, { MILLRACE_ROLE: 'deliver' });
    expect(split).toEqual({ own: kept, handed: [] });
  });
});

test.each([{}, { MILLRACE_ROLE: '' }, { MILLRACE_ROLE: 'handover' }])(
  'a workstation and the job outside carry all out themselves: %j',
  (env) => expect(splitHanded(mixed, project, env)).toEqual({ own: mixed, handed: [] }),
);
