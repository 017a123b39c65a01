import { createClock } from '../adapters/clock.ts';
import { logIn } from '../adapters/docker/registry-login.ts';
import { findNodeNames } from '../adapters/jenkins/find-controller.ts';
import { createProcesses } from '../adapters/processes.ts';
import { createRunHost } from '../adapters/run-host.ts';
import { describeThisRun } from '../adapters/this-run.ts';
import type { HomeOwner } from '../drivers/backup/back-up-home.ts';
import type { BackupPlace } from '../drivers/backup/backup-place.ts';
import { createFilePlace } from '../drivers/backup/file-place.ts';
import { createS3Place } from '../drivers/backup/s3-place.ts';
import { settleHome } from '../drivers/backup/settle-home.ts';
import { findHome } from '../drivers/home/find-home.ts';
import { tasksOf } from '../drivers/home/scale-service.ts';
import { placeHome } from '../drivers/home/start-swap.ts';
import { sweepHome } from '../drivers/home/sweep-home.ts';
import type { SwapWork } from '../drivers/home/swap-work.ts';
import { registryOf } from '../drivers/image/registry-place.ts';
import { lookAtSwarm, servicesOf } from '../drivers/stack/look-at-swarm.ts';
import { openPlaceLocks } from '../execute/place-locks.ts';
import { CONTROLLER, JENKINS_STACK } from '../model/jenkins/hosting-stack.ts';
import { UserError } from '../model/user-error.ts';
import type { Invocation } from './command.ts';
import { describeOwner } from './describe-owner.ts';
import { listenForEnd } from './listen-for-end.ts';
import { openUnhashedCommit } from './open-unhashed-commit.ts';
import { openClusters } from './open-cluster-drivers.ts';
import { createHostFinder } from './open-jenkins.ts';

/** What `backup` and `restore` work with. The deploy lock is held until it is closed. */
export interface HomeWorld {
  owner: HomeOwner;
  place: BackupPlace;
  work: SwapWork;
  /** Names what this run makes, sorted by time. */
  id: string;
  close: () => Promise<void>;
}

/**
 * A swap that was cut off is ended first, or refuses the run.
 * @param settings `wanted`: `--to` or `--from`; else `backup.to` of the project that is checked out
 * @throws UserError NO_PLACE, NO_HOME, NO_HOST, and what reaching the Swarm throws
 */
export async function openHomeWorld(
  invocation: Invocation,
  { wanted, endsSwap }: { wanted: unknown; endsSwap: boolean },
): Promise<HomeWorld> {
  const { env, root, output } = invocation;
  const note = (text: string): void => output.note(text);
  const { source, opened } = await openUnhashedCommit(invocation);
  const { project } = source;
  const url = readPlace(wanted, project.backup?.to, env);
  const tools = { clock: createClock(), processes: createProcesses(), run: describeThisRun() };
  const clusters = await openClusters({ project, env, note, root, opened, ...tools });
  const { swarms, jenkins, drivers } = clusters;
  const ended = listenForEnd(note);
  const owner = describeOwner(env, tools.clock.now());
  const locks = openPlaceLocks({
    host: createRunHost(),
    clock: tools.clock,
    owner,
    note,
    signal: ended.signal,
  });
  const close = async (): Promise<void> => {
    ended.stop();
    await locks.releaseAll();
    await swarms.close();
  };
  try {
    const engine = await swarms.find(project.stacks[JENKINS_STACK]?.on);
    if (!engine) throw notThere(`infrastructure:${project.stacks[JENKINS_STACK]?.on} is not there`);
    const stacks = drivers.find(({ kind }) => kind === 'stack');
    const lock = await stacks?.findLockPlace?.(`stack:${JENKINS_STACK}`, { project });
    const lost = lock && (await locks.hold(lock, 'home'));
    const signal = lost ? AbortSignal.any([ended.signal, lost]) : ended.signal;
    const domains = [registryOf(project, env).read.split('/', 1)[0]!];
    const logInHere = (): ReturnType<typeof logIn> => logIn(env, domains, tools.run.stamp);
    const work: SwapWork = {
      ...{ engine, project: project.project, stack: JENKINS_STACK },
      tools: { ...tools, logIn: logInHere, ...(jenkins ? { jenkinses: jenkins } : {}) },
      task: { phase: (text) => note(`> ${text}`), log: note, signal },
    };
    await settleHome(work, endsSwap);
    await sweepHome(work);
    const services = servicesOf(await lookAtSwarm(engine, project.project), project.project, JENKINS_STACK);
    const live = services.get(CONTROLLER);
    const tasks = live ? await tasksOf(engine, live.ID) : [];
    const home = live && placeHome(findHome(live), tasks);
    if (!live || !home)
      throw notThere(`stack:${JENKINS_STACK} has no ${CONTROLLER} with a folder as JENKINS_HOME`);
    const id = new Date(tools.clock.now()).toISOString().replace(/[^0-9]/g, '');
    const image = live.Spec.TaskTemplate.ContainerSpec!.Image;
    const common = { project: project.project, stack: JENKINS_STACK, home };
    if (url.startsWith('s3:')) {
      const agent = services.get('deploy-1')?.Spec.TaskTemplate.ContainerSpec?.Image;
      if (agent === undefined)
        throw notThere(`stack:${JENKINS_STACK} has no deploy-1, whose image has the AWS CLI`);
      const jobTools = { ...tools, engine, signal, logIn: logInHere };
      const place = createS3Place({
        ...common,
        url,
        image: agent,
        credentials: awsOf(env),
        tools: jobTools,
        id,
      });
      return { owner: { live, home }, place, work, id, close };
    }
    const node = await findNodeNames(engine, tasks);
    const { openTunnel, nodes } = clusters;
    const host = await createHostFinder({ env, nodes, openTunnel }, project.stacks[JENKINS_STACK]?.on)(
      node,
      engine,
    );
    const folder = url.replace(/^file:(?:\/\/)?/, '');
    const file = {
      folder,
      project: project.project,
      processes: tools.processes,
      host,
      parent: home.parent,
      image,
    };
    return { owner: { live, home }, place: createFilePlace(file), work, id, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readPlace(wanted: unknown, own: string | undefined, env: Invocation['env']): string {
  const url = (typeof wanted === 'string' ? wanted : (own ?? '')).replace(/\/+$/, '');
  const isFile = /^file:(?:\/\/)?\/[^/]/.test(url);
  if (!isFile && !/^s3:\/\/[^/]/.test(url))
    throw new UserError(
      'NO_PLACE',
      `expected s3://bucket/prefix or file:/path, found ${url === '' ? 'none' : url}; name one by an option, or as backup.to in project.yaml`,
    );
  if (isFile && (env['JENKINS_URL'] ?? '') !== '')
    throw new UserError(
      'NO_PLACE',
      `${url} would be in an agent's container, and go with it; name a bucket (s3://…), or run this on a workstation`,
    );
  return url;
}

function awsOf(env: Invocation['env']): Record<string, string> {
  const found = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[0].startsWith('AWS_') && !/[\n\r]/.test(entry[1] ?? '\n'),
  );
  return Object.fromEntries(found);
}

function notThere(what: string): UserError {
  return new UserError('NO_HOME', `${what}; deploy it first`);
}
