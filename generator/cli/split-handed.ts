import type { Project } from '../model/project/project.ts';
import type { PlannedComponent } from '../plan/plan.ts';
import { hostingOf } from '../render/operations.ts';
import type { Invocation } from './command.ts';
import type { PlannedCommit } from './plan-commit.ts';

/** What a run carries out itself, and what it leaves to a job outside of Jenkins. */
export interface SplitPlan {
  own: PlannedCommit;
  handed: readonly PlannedComponent[];
}

/** No build of Jenkins survives the deploy of what carries it. */
export function splitHanded(planned: PlannedCommit, project: Project, env: Invocation['env']): SplitPlan {
  const hosting = env['MILLRACE_ROLE'] === 'deliver' ? hostingOf(project) : [];
  const { components } = planned.plan;
  const handed = components.filter(({ id, action }) => action === 'deploy' && hosting.includes(id));
  if (handed.length === 0) return { own: planned, handed };
  const own = components.filter((one) => !handed.includes(one));
  return { own: { ...planned, plan: { ...planned.plan, components: own } }, handed };
}
