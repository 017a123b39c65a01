import { completeSwap, failSwap } from './end-swap.ts';
import { startSwap } from './start-swap.ts';
import type { SwapTarget } from './start-swap.ts';
import type { SwapWork } from './swap-work.ts';

/**
 * Around a change of a controller stands what keeps its JENKINS_HOME (docs/decisions/029).
 * @param target undefined where no controller is changed
 * @param change sends the new specification
 * @throws UserError SWAP_FAILED; what precedes the change
 */
export async function guardChange<Result>(
  target: SwapTarget | undefined,
  work: SwapWork,
  change: () => Promise<Result>,
): Promise<Result> {
  const swap = target && (await startSwap(target, work));
  if (!swap) return change();
  const result = await change().catch(async (error: unknown) => {
    throw await failSwap(error, swap, work);
  });
  await completeSwap(swap, work);
  return result;
}
