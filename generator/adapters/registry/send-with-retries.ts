import { UserError } from '../../model/user-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { describeErrors } from './error-body.ts';
import { judgeNetworkFailure } from './network-failure.ts';
import { badAnswer, unreachable } from './registry-failure.ts';
import { isPassing, pauseBefore, readRetryAfter } from './retry-policy.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { sendOnce } from './send-once.ts';
import type { Fetch, HttpAnswer, HttpRequest } from './send-once.ts';

export interface SenderOptions {
  fetch: Fetch;
  clock: Clock;
  policy: RetryPolicy;
  /** 0 ≤ number < 1 */
  random: () => number;
}

/** An answer, and how many tries came to nothing before it: one of them may have done its work. */
export interface RepeatedAnswer extends HttpAnswer {
  failedBefore: number;
}

/** What one try came to, where it was none. */
interface Failure {
  refused: boolean;
  found: string;
  todo: string;
  retryAfter?: number;
  /** The answer, where it says something by itself once all tries are over. */
  answer?: HttpAnswer;
}

/**
 * Makes a function that asks again after failures that pass by themselves: 429, 500, 502, 503, 504, and broken,
 * slow or refused connections. Every request that is given to it must be safe to repeat.
 * @returns answers of every other status as they are
 * @throws UserError REGISTRY_UNREACHABLE, REGISTRY_ANSWER
 */
export function createSender(options: SenderOptions): (request: HttpRequest) => Promise<RepeatedAnswer> {
  const { clock, policy, random } = options;
  return async (request) => {
    const end = clock.now() + policy.totalTime;
    for (let failed = 0; ;) {
      const result = await attempt(request, options);
      if ('status' in result) return { ...result, failedBefore: failed };
      failed++;
      const pause = pauseBefore(failed, result.retryAfter, random(), policy);
      const most = result.refused ? policy.refusedAttempts : policy.attempts;
      if (failed >= most || clock.now() + pause > end) {
        if (result.answer) return { ...result.answer, failedBefore: failed - 1 };
        const tries = failed === 1 ? '' : `, tried ${failed} times`;
        throw unreachable(request.url.host, `${result.found}${tries}`, result.todo);
      }
      await clock.sleep(pause);
    }
  };
}

async function attempt(
  request: HttpRequest,
  { fetch, clock, policy }: SenderOptions,
): Promise<HttpAnswer | Failure> {
  try {
    const answer = await sendOnce(fetch, request, policy.attemptTime);
    if (request.isPassing?.(answer)) return { refused: false, found: '', todo: '', answer };
    if (!isPassing(answer.status)) return answer;
    const retryAfter = readRetryAfter(answer.headers.get('retry-after'), clock.now());
    const [found, todo] =
      answer.status === 429
        ? ['too many requests (429)', 'wait a while, or log in with `docker login` for a higher limit']
        : [`answered ${answer.status}${describeErrors(answer)}`, 'try again later, or look at its log'];
    return { refused: false, found, todo, ...(retryAfter === undefined ? {} : { retryAfter }) };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const failure = judgeNetworkFailure(error, policy.attemptTime);
    if (!failure) throw error;
    if (failure.garbage) throw badAnswer(request.url.host, failure.found, failure.todo);
    if (!failure.passing) throw unreachable(request.url.host, failure.found, failure.todo);
    return failure;
  }
}
