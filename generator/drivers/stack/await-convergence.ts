import { UserError } from '../../model/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import type { TaskContext } from '../driver.ts';
import { judgeService } from './judge-service.ts';
import type { ServiceProgress, ServiceRole } from './judge-service.ts';
import type { StackTools } from './stack-tools.ts';
import { explainFailure } from './task-failure.ts';
import type { SwarmService, SwarmTask } from './swarm-objects.ts';

/** How often the Swarm is asked, and how long nothing may change; in milliseconds. */
const POLL = 500;
const MAX_STILL = 10 * 60_000;
const MAX_UNPLACED = 2 * 60_000;
/** So many tasks of one service may fail while nothing else moves on: then it will not come up. */
const MAX_FAILURES = 5;

/** How long an update may take to show. */
const GRACE = 2_000;
/** How long no task may be on its way: the Swarm needs a moment to make the next one. */
const MAX_IDLE = 5_000;
/** Tasks of a new service have to stay up for so long: an update's are watched by the Swarm itself (`monitor`). */
const STEADY = 5_000;

export interface Convergence {
  engine: Pick<Engine, 'get' | 'readLog'>;
  clock: StackTools['clock'];
  /** By their names in the stack file. */
  services: ReadonlyMap<string, { id: string; role: ServiceRole }>;
  task: Pick<TaskContext, 'phase' | 'log' | 'signal'>;
}

/**
 * Waits until every service runs as it was told, its health checks included.
 * @throws UserError SERVICE_FAILED with the failing task's words, SERVICE_STUCK
 */
export async function awaitConvergence(wait: Convergence): Promise<void> {
  const { clock, task, services } = wait;
  const open = new Map(services);
  const watch = createWatch(wait);
  const began = clock.now();
  let shown = '';
  for (let round = 0; ; round++) {
    const look = await lookAt(wait.engine, open);
    for (const name of [...open.keys()]) {
      const progress = look.get(name);
      if (!progress) throw gone(name);
      await watch.take(name, progress, round === 0);
      const isEarly = progress.early && clock.now() - began < GRACE;
      if (progress.state !== 'done' || isEarly || !watch.isSteady(name, progress)) continue;
      open.delete(name);
      watch.moveOn();
    }
    const [next] = open.keys();
    if (next === undefined) return;
    watch.refuseStill(next);
    const phase = summarise(services.size, [...open.keys()], look.get(next)!);
    if (phase !== shown) task.phase((shown = phase));
    await clock.sleep(POLL, task.signal);
  }
}

/** Tells what is new of each service, and ends the wait where there is no more hope. */
function createWatch({ clock, task, services, engine }: Convergence) {
  const told = new Map<string, string>();
  const known = new Set<string>();
  const steady = new Map<string, { ids: string; since: number }>();
  const idle = new Map<string, number>();
  let moved = clock.now();
  let failures = 0;
  const fail = (name: string, progress: ServiceProgress, text = progress.text): Promise<never> =>
    explainFailure(name, { ...progress, text }, { engine, task }).then((error) => {
      throw error;
    });
  return {
    isSteady: (name: string, { up }: ServiceProgress): boolean => {
      if (services.get(name)?.role !== 'new') return true;
      const ids = [...up].sort().join(' ');
      const before = steady.get(name);
      const since = before?.ids === ids ? before.since : clock.now();
      steady.set(name, { ids, since });
      return clock.now() - since >= STEADY;
    },
    moveOn: (): void => {
      failures = 0;
      moved = clock.now();
    },
    refuseStill: (name: string): void => {
      if (clock.now() - moved > MAX_STILL) throw stuck(name, 'nothing has changed for 10 minutes');
    },
    take: async (name: string, progress: ServiceProgress, isFirst: boolean): Promise<void> => {
      const { state, text, unplaced } = progress;
      if (told.get(name) !== text) {
        task.log(`${name}: ${text}`);
        told.set(name, text);
        moved = clock.now();
      }
      if (state === 'failed') await fail(name, progress);
      const news = progress.failures.filter((one) => !known.has(one));
      for (const one of news) known.add(one);
      // What failed before this deploy began is no news of it.
      if (!isFirst || services.get(name)?.role !== 'kept') failures += news.length;
      if (!progress.idle) idle.delete(name);
      if (state !== 'going') return;
      if (unplaced !== undefined && clock.now() - moved > MAX_UNPLACED) {
        throw stuck(name, `no node can take it: ${unplaced}`);
      }
      if (failures >= MAX_FAILURES && news.length > 0) {
        await fail(name, progress, 'its tasks fail again and again');
      }
      if (!progress.idle) return;
      if (!idle.has(name)) idle.set(name, clock.now());
      if (clock.now() - idle.get(name)! > MAX_IDLE) {
        await fail(name, progress, 'its tasks have ended and are not started again (restart_policy)');
      }
    },
  };
}

/** Two calls, however many services there are. */
async function lookAt(
  engine: Convergence['engine'],
  open: Convergence['services'],
): Promise<Map<string, ServiceProgress>> {
  const ids = [...open.values()].map(({ id }) => id);
  const of = (filter: string): string => `filters=${encodeURIComponent(JSON.stringify({ [filter]: ids }))}`;
  const [services, tasks] = await Promise.all([
    engine.get(`/services?status=true&${of('id')}`) as Promise<SwarmService[]>,
    engine.get(`/tasks?${of('service')}`) as Promise<SwarmTask[]>,
  ]);
  return new Map(
    [...open].flatMap(([name, { id, role }]): [string, ServiceProgress][] => {
      const service = services.find(({ ID }) => ID === id);
      const own = tasks.filter(({ ServiceID }) => ServiceID === id);
      return service ? [[name, judgeService(service, own, role)]] : [];
    }),
  );
}

function summarise(all: number, [name = '', ...more]: readonly string[], { text }: ServiceProgress): string {
  const rest = more.length > 0 ? ` and ${more.length} more` : '';
  return `waiting for ${name}${rest} (${text}); ${all - more.length - 1} of ${all} services are up`;
}

function gone(name: string): UserError {
  return new UserError(
    'SERVICE_FAILED',
    `the service ${name} was removed while it was deployed; deploy again`,
  );
}

function stuck(name: string, why: string): UserError {
  return new UserError(
    'SERVICE_STUCK',
    `the service ${name} does not come up: ${why}; mend it and deploy again`,
  );
}
