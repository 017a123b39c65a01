/** A server that takes a connection and says nothing is asked again. */
const SILENCE = 5_000;

/**
 * The status with which a URL answers; redirects are not followed.
 * @returns or why there is none, in a few words
 */
export async function probeUrl(url: string, signal: AbortSignal): Promise<number | string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SILENCE)]);
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: limit });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause, name } = error as { cause?: { code?: string; message?: string }; name: string };
    return name === 'TimeoutError' ? 'no answer' : (cause?.code ?? cause?.message ?? 'no connection');
  }
}
