import { UserError } from '../../model/user-error.ts';
import { gateService } from './gate-service.ts';
import { changeService, stopService, tasksOf } from './scale-service.ts';
import { readSwapLimits } from './swap-limits.ts';
import { advanceSwap, endSwap } from './swap-state.ts';
import type { SwapState } from './swap-state.ts';
import { endHomeJobs, runHomeJob } from './swap-work.ts';
import type { SwapWork } from './swap-work.ts';

/** What puts things right goes on though the run is to end. */
const goOn = (): AbortSignal => new AbortController().signal;

/** Before a new controller was started: the home is as the former one left it, which goes on with it. */
export async function abandonSwap(state: SwapState, work: SwapWork): Promise<void> {
  work.task.phase('starting the former controller again');
  await endHomeJobs(work);
  // Not before what copied is gone: it would go on while somebody writes.
  await runHomeJob('discard', { ...state, image: formerImage(state) }, work, goOn()).catch(forgive(work));
  await changeService(work.engine, state.serviceId, () => state.former);
  await endSwap(work);
}

/**
 * After a new controller was started: it is stopped, the snapshot becomes the home again, and only then the former
 * controller starts. At every instant in between the service has no task.
 */
export async function rollBack(state: SwapState, work: SwapWork): Promise<void> {
  const { engine, tools, task } = work;
  task.phase('putting the former controller and its JENKINS_HOME back');
  await advanceSwap(work, 'restoring');
  await endHomeJobs(work);
  await stopService(engine, state.serviceId, { clock: tools.clock });
  await runHomeJob('restore', { ...state, image: formerImage(state) }, work, goOn());
  const known = new Set((await tasksOf(engine, state.serviceId)).map(({ ID }) => ID));
  await changeService(engine, state.serviceId, () => state.former);
  await endSwap(work);
  if (state.former.Mode?.Replicated?.Replicas === 0) return;
  const { within } = readSwapLimits(state.former.Labels);
  const wait = { engine, known, within, steady: 0, name: state.service, id: state.serviceId };
  await gateService({ ...wait, clock: tools.clock, task: { ...task, signal: goOn() } });
  task.log(`${state.service}: the former version runs again, with JENKINS_HOME as it was`);
}

function formerImage({ former }: SwapState): string {
  return former.TaskTemplate.ContainerSpec!.Image;
}

/** What stays of it is taken away by the next swap that ends well. */
function forgive({ task }: SwapWork): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof UserError)) throw error;
    task.log(`a part of a snapshot may be left: ${error.message}`);
  };
}
