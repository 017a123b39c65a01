import { isMapping } from '../../load/merge-keys.ts';
import type { ComposeFile } from './read-compose.ts';

export interface MemoryNeed {
  /** In the stack file. */
  service: string;
  /** Bytes of one task: its limit, else its reservation; undefined where the file has neither. */
  bytes?: number;
  /** `every`: one on each node. */
  tasks: number | 'every';
}

/** What the services of a stack file may use. */
export function memoryNeeds({ services }: Pick<ComposeFile, 'services'>): MemoryNeed[] {
  return Object.entries(services).map(([service, { deploy }]): MemoryNeed => {
    const { mode, replicas, resources } = isMapping(deploy) ? deploy : {};
    const { limits, reservations } = isMapping(resources) ? resources : {};
    const bytes = bytesIn(limits) ?? bytesIn(reservations);
    const tasks =
      mode === 'global' || mode === 'global-job' ? 'every' : typeof replicas === 'number' ? replicas : 1;
    return { service, tasks, ...(bytes === undefined ? {} : { bytes }) };
  });
}

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

function bytesIn(resources: unknown): number | undefined {
  const memory = isMapping(resources) ? resources['memory'] : undefined;
  return typeof memory === 'number' || typeof memory === 'string' ? parseBytes(String(memory)) : undefined;
}

/** As Docker reads it (docker/go-units, RAMInBytes): `512M`, `1.5g`, `2GiB`. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?) ?(?:([bkmgt])(?:i?b)?)?$/i.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * UNITS[(unit ?? 'b').toLowerCase()]!);
}
