import { UserError } from '../../model/user-error.ts';
import { finishSwap } from '../home/end-swap.ts';
import { readSwap, swapCutOff } from '../home/swap-state.ts';
import type { SwapWork } from '../home/swap-work.ts';
import { markStack } from '../stack/mark-stack.ts';

/**
 * Before a home is packed or replaced it has to be one that a controller goes on with: a swap that a run began and did not end
 * is ended. What this leaves may be of an older commit, so the stack is to be deployed again. Who calls this holds the deploy lock.
 * @param mayEnd false for who may not stop Jenkins
 * @throws UserError SWAP_CUT_OFF; what ending it throws, where it is not ended by that
 */
export async function settleHome(work: SwapWork, mayEnd: boolean): Promise<void> {
  const { engine, project, stack, task } = work;
  if (!(await readSwap(work))) return;
  if (!mayEnd) throw swapCutOff(work);
  await markStack(engine, project, stack);
  try {
    await finishSwap(work);
  } catch (error) {
    // The former controller may be sick of its home: that is what a restore mends.
    if (!(error instanceof UserError) || task.signal.aborted || (await readSwap(work))) throw error;
    task.log(`${error.message}; going on with the former controller`);
  }
}
