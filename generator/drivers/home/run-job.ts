import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Command } from '../../ports/processes.ts';
import { isAlive } from '../stack/one-shot.ts';
import { JOB, ownLabels } from '../stack/stack-names.ts';
import type { StackTools } from '../stack/stack-tools.ts';
import { labelQuery } from '../stack/swarm-objects.ts';
import type { SwarmService, SwarmTask } from '../stack/swarm-objects.ts';

/** Something that is done once, by a task somewhere in the Swarm. */
export interface Job {
  /** In the Swarm; a job that is there under this name is waited for, and not made again. */
  name: string;
  /** Of the project's that it is done for. */
  project: string;
  stack: string;
  /** By digest. */
  image: string;
  argv: readonly [string, ...string[]];
  constraints: readonly string[];
  mounts: readonly { source: string; target: string; readOnly?: boolean }[];
  secrets?: readonly { source: string; target: string }[];
  /** By name or id. */
  networks?: readonly string[];
  /** `NAME=value`; no secrets, for whoever may ask a manager sees them. */
  env?: readonly string[];
  /** What it says is needed. */
  says?: boolean;
  /** One task on each node that takes work, instead of one somewhere. */
  everywhere?: boolean;
  /** How often a task that failed, or whose node was lost, is followed by another; 2 by default. */
  retries?: number;
  /** Seconds between the two; 2 by default. */
  delay?: number;
}

export interface JobTools extends Pick<StackTools, 'processes' | 'logIn'> {
  engine: Engine;
  clock: Clock;
  signal: AbortSignal;
}

const POLL = 300;
const LIMIT = 2 * 3_600_000;
const LOG_LINES = 400;
/** A log comes a moment after the task's end, from its node. */
const LOG_LOOKS = 10;
/** What would lead the client elsewhere than to the engine it is told. */
const ELSEWHERE = { DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };

/**
 * Runs a job to its end and takes it away.
 * @returns the last lines that it said
 * @throws UserError JOB_FAILED with its last words
 */
export async function runJob(job: Job, tools: JobTools): Promise<string[]> {
  const id = await startJob(job, tools);
  const task = await awaitJob(id, job, tools);
  const lines = await readLines(task.ID, job, tools);
  await tools.engine.remove(`/services/${id}`);
  if (task.Status.State === 'complete') return lines;
  throw failed(job, task, lines);
}

async function readLines(task: string, { says }: Job, { engine, clock }: JobTools): Promise<string[]> {
  for (let look = 1; ; look++) {
    const lines = await engine.readLog(`/tasks/${task}/logs`, LOG_LINES);
    if (lines.length > 0 || says !== true || look === LOG_LOOKS) return lines;
    await clock.sleep(POLL);
  }
}

/** By the client: it hands the login on with which the node pulls. @returns the service's id */
export async function startJob(job: Job, { engine, processes, logIn, signal }: JobTools): Promise<string> {
  const login = logIn();
  const command: Command = {
    file: 'docker',
    args: argumentsOf(job),
    env: { ...login.env, ...ELSEWHERE, DOCKER_HOST: engine.host },
  };
  try {
    const { code, stderr } = await processes.run(command, { signal });
    signal.throwIfAborted();
    const made = (await findJobs(engine, job)).find(({ Spec }) => Spec.Name === job.name);
    if (made) return made.ID;
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(
      'JOB_REFUSED',
      `the job ${job.name} was not made: ${shorten(said === '' ? `code ${code}` : said, 300)}; mend it and run this again`,
    );
  } finally {
    login.forget();
  }
}

function argumentsOf(job: Job): string[] {
  const { name, project, stack, image, argv, constraints, mounts, everywhere, retries = 2, delay = 2 } = job;
  const each = (option: string, values: readonly string[]): string[] =>
    values.flatMap((value) => [option, value]);
  const labels = { ...ownLabels(project, stack), [JOB]: name };
  const [program, ...words] = argv;
  return [
    ...['service', 'create', '--detach', '--quiet', '--name', name],
    ...['--mode', everywhere === true ? 'global-job' : 'replicated-job'],
    ...['--restart-condition', retries === 0 ? 'none' : 'on-failure', '--restart-delay', `${delay}s`],
    ...(retries === 0 ? [] : ['--restart-max-attempts', String(retries)]),
    ...['--no-resolve-image', '--with-registry-auth', '--user', '0:0', '--no-healthcheck'],
    ...each(
      '--label',
      Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...each('--constraint', constraints),
    ...each(
      '--mount',
      mounts.map(
        ({ source, target, readOnly }) =>
          `"type=bind","source=${source}","target=${target}"${readOnly === true ? ',readonly' : ''}`,
      ),
    ),
    ...each(
      '--secret',
      (job.secrets ?? []).map(({ source, target }) => `source=${source},target=${target},mode=0400`),
    ),
    ...each('--env', job.env ?? []),
    ...each('--network', job.networks ?? []),
    // Names lead to tasks: a job is nobody's server.
    ...['--endpoint-mode', 'dnsrr', '--stop-grace-period', '2s'],
    ...['--entrypoint', program, image, ...words],
  ];
}

/** Jobs of the project's stack that are there, over or not. */
export async function findJobs(
  engine: Pick<Engine, 'get'>,
  { project, stack }: Pick<Job, 'project' | 'stack'>,
): Promise<SwarmService[]> {
  const labels = Object.entries(ownLabels(project, stack)).map(([key, value]) => `${key}=${value}`);
  return (await engine.get(`/services?${labelQuery(...labels, JOB)}`)) as SwarmService[];
}

/** Waits until a task has done it, or enough have failed. @returns the last task */
async function awaitJob(id: string, { name, retries = 2 }: Job, tools: JobTools): Promise<SwarmTask> {
  const { engine, clock, signal } = tools;
  const end = clock.now() + LIMIT;
  const filters = encodeURIComponent(JSON.stringify({ service: [id] }));
  for (;;) {
    const tasks = (await engine.get(`/tasks?filters=${filters}`)) as SwarmTask[];
    const done = tasks.find(({ Status }) => Status.State === 'complete');
    if (done) return done;
    const ended = tasks.filter((task) => !isAlive(task));
    const [last] = ended.sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
    if (last && ended.length > retries && ended.length === tasks.length) return last;
    if (clock.now() > end)
      throw new UserError('JOB_FAILED', `the job ${name} has not ended in 2 hours; look at its node`);
    await clock.sleep(POLL, signal);
  }
}

function failed({ name }: Job, { Status }: SwarmTask, lines: readonly string[]): UserError {
  const said = lines.at(-1) ?? Status.Err ?? Status.State;
  return new UserError(
    'JOB_FAILED',
    `the job ${name} failed: ${shorten(said.replace(/\s+/g, ' ').trim(), 300)}; mend it and run this again`,
  );
}
