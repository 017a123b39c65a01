/** How often, how long and how patiently. Times are in milliseconds. */
export interface RetryPolicy {
  /** Tries in all; a refused connection gets `refusedAttempts`. */
  attempts: number;
  refusedAttempts: number;
  /** The first pause is at most this; each further one at most twice the one before. */
  firstPause: number;
  longestPause: number;
  /** The most that a Retry-After may ask for. */
  longestRetryAfter: number;
  /** For one try, its body included. */
  attemptTime: number;
  /** For all tries and pauses of one request. */
  totalTime: number;
}

export const RETRY_POLICY: RetryPolicy = {
  attempts: 6,
  refusedAttempts: 3,
  firstPause: 250,
  longestPause: 8_000,
  longestRetryAfter: 30_000,
  attemptTime: 30_000,
  totalTime: 120_000,
};

const PASSING = new Set([429, 500, 502, 503, 504]);

/** True for an answer that another try may better. */
export function isPassing(status: number): boolean {
  return PASSING.has(status);
}

/**
 * The pause before the next try: anything up to a limit that doubles (full jitter), so that many clients do not
 * come back at once; but no less than the server asks for.
 * @param failed how many tries have failed, from 1
 * @param retryAfter milliseconds that the server asked for
 * @param random 0 ≤ random < 1
 */
export function pauseBefore(
  failed: number,
  retryAfter: number | undefined,
  random: number,
  policy: RetryPolicy = RETRY_POLICY,
): number {
  const limit = Math.min(policy.longestPause, policy.firstPause * 2 ** (failed - 1));
  const jitter = random * limit;
  if (retryAfter === undefined) return jitter;
  return Math.min(retryAfter, policy.longestRetryAfter) + jitter;
}

/**
 * Reads a Retry-After header: seconds, or a date (RFC 9110, section 10.2.3).
 * @param now milliseconds since 1970
 * @returns milliseconds from now on; undefined where there is none or it says nothing
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^[0-9]{1,9}(\.[0-9]+)?$/.test(text)) return Number(text) * 1_000;
  // Date.parse takes nearly anything; an HTTP date begins with the day of the week.
  const date = /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
