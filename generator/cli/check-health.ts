import type { HealthCheck, Stack } from '../model/project/components.ts';
import type { StatusHealth } from '../report/status-table.ts';

/** The status of a URL, or why there is none. */
export type Probe = (url: string, signal: AbortSignal) => Promise<number | string>;

/** Asks each URL of a stack's `health` once, all at the same time; who is silent for long is not healthy now. */
export async function checkHealth(
  health: Stack['health'],
  probe: Probe,
  signal: AbortSignal,
): Promise<StatusHealth[]> {
  const checks = Array.isArray(health) ? health : health === undefined ? [] : [health];
  return Promise.all(
    checks.map(async (check) => {
      const { url, status }: Pick<HealthCheck, 'url' | 'status'> =
        typeof check === 'string' ? { url: check, status: 200 } : check;
      const answer = await probe(url, signal);
      const found = typeof answer === 'number' ? `answers ${answer}` : answer;
      const isHealthy = answer === status;
      return { url, healthy: isHealthy, found: isHealthy ? found : `${found}, expected status ${status}` };
    }),
  );
}
