import type { Here } from '../../model/lease.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MachineImages } from '../../ports/machine-images.ts';
import type { Processes } from '../../ports/processes.ts';
import type { RunHost } from '../../ports/run-host.ts';

/** What the driver works with. */
export interface AmiTools {
  /** EC2 in the project's region. */
  images: MachineImages;
  processes: Processes;
  clock: Clock;
  host: RunHost;
  /** This process's environment: what of it reaches Packer is decided here. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Keeps Packer's plugins between runs, a folder for each set of pins; Packer's own place where undefined. */
  cacheFolder?: string;
  /** What concerns no single component: leftovers that were swept. */
  note?: (text: string) => void;
}

export function hereOf({ host, clock }: Pick<AmiTools, 'host' | 'clock'>): Here {
  const { boot, host: machine } = host.identity();
  return {
    boot,
    now: clock.now(),
    isAlive: host.isAlive,
    ...(machine === undefined ? {} : { host: machine }),
  };
}
