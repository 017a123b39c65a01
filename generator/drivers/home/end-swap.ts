import { UserError } from '../../model/user-error.ts';
import { HASH } from '../stack/stack-names.ts';
import type { SwarmService } from '../stack/swarm-objects.ts';
import { gateService } from './gate-service.ts';
import { resumeJenkins } from './quiet-jenkins.ts';
import { abandonSwap, rollBack } from './roll-back.ts';
import { readSwapLimits } from './swap-limits.ts';
import { endSwap, readSwap } from './swap-state.ts';
import type { SwapPhase, SwapState } from './swap-state.ts';
import { endHomeJobs, runHomeJob } from './swap-work.ts';
import type { SwapWork } from './swap-work.ts';

/**
 * After the new controller was sent: it has to become healthy and stay so. Else the former one runs again, with the home
 * that it had.
 * @throws UserError SWAP_FAILED
 */
export async function completeSwap(state: SwapState, work: SwapWork): Promise<void> {
  const { engine, tools, task } = work;
  try {
    const { Spec } = (await engine.get(`/services/${state.serviceId}`)) as SwarmService;
    task.phase('waiting until the new controller is healthy and stays so');
    const wait = { name: state.service, id: state.serviceId, known: new Set(state.known), task };
    if (Spec.Mode?.Replicated?.Replicas !== 0)
      await gateService({ ...wait, ...readSwapLimits(Spec.Labels), engine, clock: tools.clock });
  } catch (error) {
    throw await failSwap(error, state, work);
  }
  await endSwap(work);
  task.log(`${state.service}: is healthy and has stayed so`);
  const image = state.former.TaskTemplate.ContainerSpec!.Image;
  await runHomeJob('sweep', { ...state, image }, work).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    task.log(`older snapshots were not taken away: ${error.message}`);
  });
}

/**
 * Puts back what was, unless the run was told to end: then the next one does.
 * @returns what to throw
 */
export async function failSwap(error: unknown, state: SwapState, work: SwapWork): Promise<unknown> {
  if (work.task.signal.aborted) return error;
  const said = error instanceof Error ? error.message : String(error);
  const [, cause = said, hint = 'run this again'] = /^(.*); (.*)$/s.exec(said) ?? [];
  work.task.log(`${state.service}: ${said}`);
  try {
    await rollBack(state, work);
  } catch (again) {
    const why = again instanceof Error ? again.message : String(again);
    return new UserError('SWAP_FAILED', `${cause}; and the former one is not well yet: ${why}`);
  }
  if (!(error instanceof UserError)) return error;
  return new UserError('SWAP_FAILED', `${cause}; ${describeFormer(state, work)}: ${hint}`);
}

/** One that was scaled to nothing by hand is not started, for somebody had a reason to stop it. */
function describeFormer({ former }: SwapState, { stack }: SwapWork): string {
  return former.Mode?.Replicated?.Replicas === 0
    ? `its former JENKINS_HOME is back, and the controller stopped as it was (millrace apply --only stack:${stack} starts it)`
    : 'the former controller and its JENKINS_HOME are back';
}

/**
 * Ends a swap that a run began and did not end: where its new controller is there it may still prove well, else the
 * former one runs again.
 * @returns whether there was one
 * @throws UserError SWAP_FAILED where the new one is not well
 */
export async function finishSwap(work: SwapWork): Promise<boolean> {
  for (let isEnded = false; ; isEnded = true) {
    const found = await readSwap(work);
    if (!found) return isEnded;
    await finishOne(found, work);
  }
}

async function finishOne(
  { state, phase }: { state: SwapState; phase: SwapPhase },
  work: SwapWork,
): Promise<void> {
  work.task.log(`${state.service}: a swap that was cut off (${phase}) is ended first`);
  await endHomeJobs(work);
  const live = (await work.engine.get(`/services/${state.serviceId}`)) as SwarmService | undefined;
  if (!live) await endSwap(work);
  else if (phase === 'stopping') {
    // It may have been told to be quiet, and never stopped.
    if (live.Spec.Mode?.Replicated?.Replicas !== 0) await resumeJenkins(work.tools.jenkinses);
    await abandonSwap(state, work);
  }
  // The Swarm itself may have gone back, to no task.
  else if (phase === 'copied' && isNew(live, state)) await completeSwap(state, work);
  else await rollBack(state, work);
}

function isNew({ Spec }: SwarmService, { target }: SwapState): boolean {
  return Spec.Labels?.[HASH] === target && Spec.Mode?.Replicated?.Replicas !== 0;
}
