import { SCRIPTS } from '../../generator/drivers/home/home-scripts.ts';
import type { ServiceSpec } from '../../generator/drivers/stack/swarm-objects.ts';
import { UserError } from '../../generator/model/user-error.ts';
import type { Clock } from '../../generator/ports/clock.ts';
import type { Engine } from '../../generator/ports/engine.ts';
import type { Jenkinses } from '../../generator/ports/jenkins.ts';
import type { Processes } from '../../generator/ports/processes.ts';

interface FakeTask {
  ID: string;
  CreatedAt: string;
  NodeID: string;
  DesiredState: string;
  Spec: object;
  Status: { State: string; Timestamp: string; Err?: string };
}

interface FakeService {
  ID: string;
  Version: { Index: number };
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  tasks: FakeTask[];
  /** What a job still has to do, one each time somebody looks. */
  steps?: (() => void)[];
}

interface FakeConfig {
  ID: string;
  Version: { Index: number };
  Spec: { Name: string; Labels: Record<string, string>; Data: string };
}

/**
 * A stand-in for a Swarm with one controller, for the node's disk below it, and for the jobs that work there. It watches that
 * no controller begins on a home that is not whole, or that a newer one has touched.
 */
export interface SwapSwarm {
  engine: Engine;
  processes: Processes;
  clock: Clock;
  jenkinses: Jenkinses;
  /** Whether the controller that runs was told to begin nothing. */
  isQuiet: () => boolean;
  /** Names of those that are there. */
  jobs: () => string[];
  controller: FakeService;
  /** By the names of folders: which versions have begun there; `half` while it is being written. */
  disk: Map<string, string[]>;
  configs: FakeConfig[];
  /** The run dies when it begins its n-th change; `late`: when that was done, but nobody told it. */
  killAt: (n: number, late: boolean) => Promise<void>;
  /** Changes begun since. */
  changes: () => number;
  violations: string[];
}

/** @param manners what becomes of a controller's task, by its version; `goes back`: and the Swarm then takes the former spec */
export function createSwapSwarm(manners: Record<string, 'good' | 'crashes' | 'goes back'>): SwapSwarm {
  let now = Date.parse('2030-01-01T00:00:00Z');
  let [count, kill, late, next] = [0, Number.POSITIVE_INFINITY, false, 0];
  let died = (): void => undefined;
  let quiet: string | undefined;
  const violations: string[] = [];
  const disk = new Map([['jenkins', ['1']]]);
  const configs: FakeConfig[] = [];
  const jobs = new Map<string, FakeService>();
  const specOf = (version: string): ServiceSpec => controllerSpec(version);
  const controller: FakeService = { ID: 'c', Version: { Index: 1 }, Spec: specOf('1'), tasks: [] };

  const begin = (version: string): void => {
    const home = disk.get('jenkins');
    const id = `t${next++}`;
    const task = makeTask(id, now, controller.Spec.TaskTemplate, home ? 'running' : 'rejected');
    controller.tasks.push(task);
    if (!home) return;
    if (home.includes('half')) violations.push(`${version} began on half a home`);
    if (home.some((one) => Number(one) > Number(version)))
      violations.push(`${version} began on ${home.join()}`);
    disk.set('jenkins', [...home, version]);
  };
  const tend = (): void => {
    const wanted = controller.Spec.Mode!.Replicated!.Replicas!;
    const version = versionOf(controller.Spec);
    for (const task of controller.tasks) {
      if (task.Status.State !== 'running') continue;
      const isOther = JSON.stringify(task.Spec) !== JSON.stringify(controller.Spec.TaskTemplate);
      if (wanted === 0 || isOther) Object.assign(task, ended('shutdown'));
      else if (manners[version] !== 'good' && now - Date.parse(task.CreatedAt) > 2_000)
        Object.assign(task, ended('failed'));
    }
    const [last] = controller.tasks.slice(-1);
    if (last?.Status.State === 'failed' && manners[version] === 'goes back' && controller.PreviousSpec)
      controller.Spec = controller.PreviousSpec;
    const runs = controller.tasks.some(({ Status }) => Status.State === 'running');
    if (!runs && controller.Spec.Mode!.Replicated!.Replicas! > 0) begin(versionOf(controller.Spec));
    for (const job of jobs.values()) {
      const step = job.steps!.shift();
      if (step) step();
      else Object.assign(job.tasks[0]!, ended('complete'));
    }
  };
  const change = async <Result>(work: () => Result): Promise<Result> => {
    count++;
    if (count === kill && !late) return (died(), new Promise(() => undefined));
    const result = work();
    tend();
    if (count === kill) return (died(), new Promise(() => undefined));
    return result;
  };
  const find = (id: string): FakeService | undefined => (id === 'c' ? controller : jobs.get(id));

  const engine: Engine = {
    host: 'unix:///fake',
    get: async (path) => {
      tend();
      const [, kind = '', id] = /^\/(\w+)(?:\/(\w+))?/.exec(path)!;
      if (kind === 'configs') return structuredClone(configs.filter(({ Spec }) => bears(Spec.Labels, path)));
      if (path === '/tasks') return [];
      if (kind === 'tasks') {
        const filters = JSON.parse(new URL(path, 'http://x').searchParams.get('filters')!) as {
          service: string[];
        };
        return structuredClone(find(filters.service[0]!)?.tasks ?? []);
      }
      if (kind === 'secrets') return [];
      if (id === undefined)
        return [controller, ...jobs.values()]
          .filter(({ Spec }) => bears(Spec.Labels!, path))
          .map(({ ID, Spec }) => structuredClone({ ID, Spec }));
      const { ID, Version, Spec } = find(id)!;
      return structuredClone({ ID, Version, Spec });
    },
    post: (path, body) =>
      change(() => {
        if (path === '/configs/create') {
          const made = body as FakeConfig['Spec'];
          if (configs.some(({ Spec }) => Spec.Name === made.Name)) return { status: 409, body: undefined };
          configs.push({ ID: `k${next++}`, Version: { Index: 1 }, Spec: made });
        } else if (path.startsWith('/configs/'))
          configs.find(({ ID }) => path.includes(`/${ID}/`))!.Spec = body as FakeConfig['Spec'];
        else {
          controller.PreviousSpec = controller.Spec;
          controller.Spec = body as ServiceSpec;
          controller.Version.Index++;
        }
        return { status: 200, body: undefined };
      }),
    remove: (path) =>
      change(() => {
        if (path.startsWith('/configs/')) {
          const [, , one = ''] = path.split('/');
          const index = configs.findIndex(({ ID, Spec }) => ID === one || Spec.Name === one);
          return index >= 0 && configs.splice(index, 1).length > 0;
        }
        return jobs.delete(path.split('/')[2]!);
      }),
    readLog: () => Promise.resolve([`4096 1024 ${'a'.repeat(64)}`]),
  };
  const processes: Processes = {
    run: ({ args }) =>
      change(() => {
        const name = args[args.indexOf('--name') + 1]!;
        if ([...jobs.values()].every(({ Spec }) => Spec.Name !== name)) {
          const id = `j${next++}`;
          const { Labels, ...rest } = controllerSpec('0');
          const spec = { ...rest, Labels: { ...Labels, 'millrace.job': name }, Name: name };
          const task = makeTask(`t${next++}`, now, {}, 'running');
          jobs.set(id, {
            ID: id,
            Version: { Index: 1 },
            Spec: spec,
            tasks: [task],
            steps: stepsOf(args, disk),
          });
        }
        return { code: 0, signal: null, stdout: '', stderr: '' };
      }),
  };
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
      await Promise.resolve();
    },
  };
  const running = (): FakeTask | undefined =>
    controller.tasks.find(({ Status }) => Status.State === 'running');
  const jenkinses: Jenkinses = {
    find: () => {
      if (!running()) return Promise.reject(new UserError('JENKINS_UNREACHABLE', 'no task of it runs; look'));
      return Promise.resolve({
        get: () => Promise.resolve({ busyExecutors: 0 }),
        post: (path) =>
          change(() => {
            quiet = path === '/quietDown' ? running()?.ID : undefined;
            return { status: 200 };
          }),
        readConsole: () => Promise.resolve(undefined),
      });
    },
  };
  tend();
  return {
    isQuiet: () => quiet !== undefined && quiet === running()?.ID,
    jobs: () => [...jobs.values()].map(({ Spec }) => Spec.Name),
    ...{ jenkinses, engine, processes, clock, controller, disk, configs, violations },
    changes: () => count,
    killAt: (n, isLate) => {
      [count, kill, late] = [0, n, isLate];
      return new Promise((resolve) => (died = resolve));
    },
  };
}

/** The scripts' effects, in steps between which anything may happen. */
function stepsOf(args: readonly string[], disk: SwapSwarm['disk']): (() => void)[] {
  const [purpose, script] = Object.entries(SCRIPTS).find(([, one]) => args.includes(one)) ?? ['pull', ''];
  const [home = '', id = ''] = args.slice(args.indexOf(script) + 2);
  const snapshot = `${home}.snapshot-${id}`;
  const [made, old] = [`${home}.restored-${id}`, `${home}.failed-${id}`];
  let isDone = false;
  const move = (from: string, to: string): void => {
    disk.set(to, disk.get(from)!);
    disk.delete(from);
  };
  switch (purpose) {
    case 'snapshot':
      return [
        () => disk.has(snapshot) || disk.set(`${snapshot}.tmp`, ['half']),
        () => disk.has(snapshot) || disk.set(`${snapshot}.tmp`, [...disk.get(home)!]),
        () => disk.has(snapshot) || move(`${snapshot}.tmp`, snapshot),
      ];
    case 'restore':
      return [
        () => disk.has(snapshot) && disk.has(home) && move(home, `${home}.failed-${id}`),
        () => disk.has(snapshot) && move(snapshot, home),
      ];
    case 'discard':
      return [() => disk.delete(snapshot), () => disk.delete(`${snapshot}.tmp`)];
    case 'sweep':
      return [
        () => {
          for (const name of disk.keys())
            if (name.startsWith(`${home}.`) && name !== snapshot) disk.delete(name);
        },
      ];
    case 'unpack':
      return [
        () => (isDone = disk.has(old) && disk.has(home) && !disk.has(made)),
        () => isDone || disk.has(made) || disk.set(`${made}.tmp`, ['half']),
        () => isDone || disk.has(made) || disk.set(`${made}.tmp`, [...disk.get(`archive-${id}`)!]),
        () => isDone || disk.has(made) || move(`${made}.tmp`, made),
        () => isDone || !disk.has(home) || move(home, old),
        () => isDone || move(made, home),
      ];
    case 'pack':
      return [() => disk.set(`archive-${id}`, [...disk.get(home)!])];
    case 'forget':
      return [() => disk.delete(`archive-${id}`)];
    default:
      return [() => undefined];
  }
}

function bears(labels: Readonly<Record<string, string>>, path: string): boolean {
  const filters = new URL(path, 'http://x').searchParams.get('filters') ?? '{}';
  const { label = [] } = JSON.parse(filters) as { label?: string[] };
  const own = Object.entries(labels).flatMap(([key, value]) => [key, `${key}=${value}`]);
  return label.every((one) => own.includes(one));
}

export function controllerSpec(version: string, replicas = 1): ServiceSpec {
  return {
    Name: 'shop-jenkins_controller',
    Labels: {
      ...{ 'millrace.project': 'shop', 'millrace.component': 'stack:jenkins' },
      ...{ 'millrace.hash': version, 'millrace.swap.steady': '5s', 'millrace.swap.within': '60s' },
    },
    TaskTemplate: {
      ContainerSpec: {
        Image: `registry/controller@${version}`,
        Mounts: [{ Type: 'bind', Source: '/data/jenkins', Target: '/var/jenkins_home' }],
      },
      Placement: { Constraints: ['node.labels.millrace.data == true'] },
    },
    Mode: { Replicated: { Replicas: replicas } },
  };
}

export function versionOf({ Labels }: ServiceSpec): string {
  return Labels!['millrace.hash']!;
}

function makeTask(ID: string, now: number, spec: object, state: string): FakeTask {
  const at = new Date(now).toISOString();
  return {
    ID,
    CreatedAt: at,
    NodeID: 'n',
    DesiredState: 'running',
    Spec: spec,
    Status: { State: state, Timestamp: at },
  };
}

function ended(state: string): Pick<FakeTask, 'DesiredState' | 'Status'> {
  return { DesiredState: 'shutdown', Status: { State: state, Timestamp: '' } };
}

/** What a run that is told so throws; nothing of it is our own. */
export const REFUSED = new UserError(
  'STACK_REFUSED',
  'docker stack deploy failed: no; mend it and deploy again',
);
