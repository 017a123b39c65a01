import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { SwarmService } from '../stack/swarm-objects.ts';
import { findHome } from './find-home.ts';
import type { Home } from './find-home.ts';
import { quietJenkins } from './quiet-jenkins.ts';
import { abandonSwap } from './roll-back.ts';
import { runJob } from './run-job.ts';
import { stopService, tasksOf } from './scale-service.ts';
import { readSwapLimits } from './swap-limits.ts';
import { advanceSwap, beginSwap } from './swap-state.ts';
import type { SwapState } from './swap-state.ts';
import { jobName, runHomeJob } from './swap-work.ts';
import type { SwapWork } from './swap-work.ts';

/** A controller that is to be replaced. */
export interface SwapTarget {
  /** Its name in the stack file. */
  name: string;
  live: SwarmService;
  wanted: { hash: string; image: string };
}

/**
 * All that comes before a new controller is started: its image is on the node, Jenkins is quiet and stopped, and a whole
 * snapshot of its home lies beside it. Whatever fails on the way, the former one runs again.
 * @returns undefined where the home is no folder of a node: then its service is deployed as any other
 * @throws UserError CANNOT_PULL and what its steps throw
 */
export async function startSwap(target: SwapTarget, work: SwapWork): Promise<SwapState | undefined> {
  const { live, wanted, name } = target;
  const { engine, tools, task } = work;
  const tasks = await tasksOf(engine, live.ID);
  const home = placeHome(findHome(live), tasks);
  if (!home) {
    task.log(`${name}: its JENKINS_HOME is no folder of a node (a bind mount), so no snapshot is taken`);
    return undefined;
  }
  const snapshot = new Date(tools.clock.now()).toISOString().replace(/[^0-9]/g, '');
  await fetchImage(target, home, snapshot, work);
  const state: SwapState = {
    ...{ version: 1, snapshot, home, target: wanted.hash, former: live.Spec },
    ...{ service: name, serviceId: live.ID, known: tasks.map(({ ID }) => ID) },
  };
  // Before Jenkins is quiet: whoever comes after a kill takes that back.
  await beginSwap(work, state);
  let resume = (): Promise<boolean> => Promise.resolve(true);
  try {
    resume = await quietJenkins({ ...tools, limit: readSwapLimits(live.Spec.Labels).quiet, task });
    task.phase('stopping the controller');
    await stopService(engine, live.ID, { clock: tools.clock, signal: task.signal });
    task.phase('taking a snapshot of JENKINS_HOME');
    const said = await runHomeJob('snapshot', { ...state, image: imageOf(state) }, work);
    task.log(`${name}: stopped; a snapshot of JENKINS_HOME is there, ${describeSize(said.at(-1))}`);
    await advanceSwap(work, 'copied');
  } catch (error) {
    await abandonSwap(state, work);
    await resume();
    throw error;
  }
  return state;
}

/** Without a constraint its last task says which node has it. */
export function placeHome(
  home: Home | undefined,
  tasks: readonly { CreatedAt: string; NodeID?: string }[],
): Home | undefined {
  if (!home || home.constraints.length > 0) return home;
  const [last] = [...tasks].sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
  return last?.NodeID === undefined ? home : { ...home, constraints: [`node.id == ${last.NodeID}`] };
}

/** For an image that cannot be had nothing is stopped. */
async function fetchImage(
  { name, live, wanted: { image } }: SwapTarget,
  home: Home,
  id: string,
  { engine, project, stack, tools, task }: SwapWork,
): Promise<void> {
  if (live.Spec.TaskTemplate.ContainerSpec?.Image === image) return;
  task.phase("fetching the new controller's image");
  const job = {
    name: jobName(project, stack, `pull-${id}`),
    ...{ project, stack, image, mounts: [], retries: 0 },
    constraints: home.constraints,
    argv: ['true'] as const,
  };
  try {
    await runJob(job, { ...tools, engine, signal: task.signal });
  } catch (error) {
    // That it has no `true` shows that it is there.
    if (!(error instanceof UserError) || !/no such image|pull/i.test(error.message)) {
      if (error instanceof UserError && error.code === 'JOB_FAILED') return;
      throw error;
    }
    throw new UserError(
      'CANNOT_PULL',
      `the service ${name}: its node cannot fetch ${shorten(image, 120)}; Jenkins was not stopped; see whether the registry has it and answers there, and deploy again`,
    );
  }
}

export function imageOf({ former }: Pick<SwapState, 'former'>): string {
  return former.TaskTemplate.ContainerSpec!.Image;
}

function describeSize(kibibytes = ''): string {
  return /^[0-9]+$/.test(kibibytes) ? `${(Number(kibibytes) / 1024).toFixed(1)} MiB` : 'of unknown size';
}
