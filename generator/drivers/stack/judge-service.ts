import { canonicalJson } from './canonical-json.ts';
import { isAlive, isComplete } from './one-shot.ts';
import type { SwarmService, SwarmTask, TaskSpec } from './swarm-objects.ts';

/** How far a service has come with what it was told. */
export interface ServiceProgress {
  state: 'done' | 'going' | 'failed' | 'rolling back';
  /** For a person: `1 of 2 tasks run`. */
  text: string;
  /** The task by which a failure is best explained, the newest of those that failed. */
  culprit?: SwarmTask;
  /** Tasks of the present specification that have failed. */
  failures: readonly string[];
  /** Ids of the tasks that run as they were told. */
  up: readonly string[];
  /** No node can take a task, and why. */
  unplaced?: string;
  /** No task is on its way any more, and too few run. */
  idle: boolean;
  /** Done as far as can be seen, but the Swarm may not have begun yet. */
  early: boolean;
}

/** What the deploy that is waited for does to a service. */
export type ServiceRole = 'new' | 'updated' | 'kept';

const ENDED: ReadonlySet<string> = new Set(['failed', 'rejected']);

/** @param tasks of the service, those that ended included */
export function judgeService(
  service: SwarmService,
  tasks: readonly SwarmTask[],
  role: ServiceRole,
): ServiceProgress {
  const wanted = specText(service.Spec.TaskTemplate);
  const present = tasks.filter(({ Spec }) => specText(Spec) === wanted);
  const failed = newestFirst(present.filter(({ Status }) => ENDED.has(Status.State)));
  const said = service.UpdateStatus?.State ?? '';
  // An earlier deploy's failure, by which it came to be what is wanted now.
  const update = role === 'kept' && said === 'rollback_completed' ? '' : said;
  const failures = failed.map(({ ID }) => ID);
  if (update.startsWith('rollback') || update === 'paused') {
    const culprit = findCulprit(tasks, wanted, update);
    const state = update === 'rollback_started' ? 'rolling back' : 'failed';
    return {
      state,
      text: describeUpdate(update),
      failures,
      up: [],
      idle: false,
      early: false,
      ...(culprit ? { culprit } : {}),
    };
  }
  const { DesiredTasks: desired } = service.ServiceStatus ?? { DesiredTasks: 0 };
  const up = present.filter((task) => isUp(task) || isComplete(service, task)).map(({ ID }) => ID);
  const running = up.length;
  // Those of another specification still run, or go.
  const former = tasks.filter((task) => task.DesiredState === 'running' && specText(task.Spec) !== wanted);
  const done = running >= desired && update !== 'updating' && (former.length === 0 || update === 'completed');
  const unplaced = present.find(
    ({ Status, DesiredState }) => Status.State === 'pending' && DesiredState === 'running' && Status.Err,
  )?.Status.Err;
  return {
    state: done ? 'done' : 'going',
    text: describeTasks(running, desired, present),
    failures,
    up,
    idle: !done && present.length > 0 && !present.some(isAlive),
    // A change of ports shows in no task's specification, and tasks of a global service come one by one.
    early: (role === 'updated' && update === '') || (role === 'new' && tasks.length === 0),
    ...(failed[0] ? { culprit: failed[0] } : {}),
    ...(unplaced ? { unplaced } : {}),
  };
}

function isUp({ DesiredState, Status }: SwarmTask): boolean {
  return DesiredState === 'running' && Status.State === 'running';
}

/** With a health check a task is `starting` until that succeeds. */
function describeTasks(running: number, desired: number, tasks: readonly SwarmTask[]): string {
  const text = `${running} of ${desired} ${desired === 1 ? 'task runs' : 'tasks run'}`;
  const states = tasks
    .filter((task) => task.DesiredState === 'running' && !isUp(task) && !ENDED.has(task.Status.State))
    .map(({ Status }) => Status.State);
  const next = [...new Set(states)].sort();
  return next.length === 0 ? text : `${text}, next ${next.join(', ')}`;
}

function describeUpdate(state: string): string {
  switch (state) {
    case 'paused':
      return 'its update failed and is halted (failure_action: pause)';
    case 'rollback_started':
      return 'its update failed, going back to the former version';
    case 'rollback_completed':
      return 'its update failed, the former version runs again';
    default:
      return 'its update failed, and going back to the former version failed, too';
  }
}

/** After a rollback the failed tasks are those of another specification than the present one. */
function findCulprit(tasks: readonly SwarmTask[], present: string, update: string): SwarmTask | undefined {
  const back = update.startsWith('rollback');
  const failed = newestFirst(tasks.filter(({ Status }) => ENDED.has(Status.State)));
  return failed.find(({ Spec }) => (specText(Spec) === present) !== back) ?? failed[0];
}

function newestFirst(tasks: readonly SwarmTask[]): SwarmTask[] {
  return [...tasks].sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
}

/** A service's template says `Runtime`, its tasks do not. */
function specText({ Runtime: _runtime, ...spec }: TaskSpec): string {
  return canonicalJson(spec);
}
