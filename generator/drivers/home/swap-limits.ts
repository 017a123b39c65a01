import type { Labels } from '../stack/swarm-objects.ts';

/** How long a swap of a controller takes at most, in milliseconds. */
export interface SwapLimits {
  /** The new one has to stay up for so long. */
  steady: number;
  /** Within this it has to be healthy. */
  within: number;
  /** So long builds are waited for. */
  quiet: number;
}

const DEFAULTS: SwapLimits = { steady: 60_000, within: 15 * 60_000, quiet: 5 * 60_000 };
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const PREFIX = 'millrace.swap.';

/** @param labels of the service (`deploy.labels`), such as `millrace.swap.steady: 60s`; what is no duration counts as none */
export function readSwapLimits(labels: Labels | undefined): SwapLimits {
  const read = (name: keyof SwapLimits): number => {
    const [, number, unit = ''] = /^([0-9]+)([smh])$/.exec(labels?.[`${PREFIX}${name}`] ?? '') ?? [];
    return number === undefined ? DEFAULTS[name] : Number(number) * UNITS[unit]!;
  };
  return { steady: read('steady'), within: read('within'), quiet: read('quiet') };
}
