import type { MirrorRules } from '../../model/mirrors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine, Swarms } from '../../ports/engine.ts';
import type { Jenkinses } from '../../ports/jenkins.ts';
import type { LockPlace } from '../../ports/lock-place.ts';
import type { Processes } from '../../ports/processes.ts';

/** What the stack driver works with. */
export interface StackTools {
  swarms: Pick<Swarms, 'find'>;
  processes: Processes;
  clock: Clock;
  /** Where the Swarm's nodes read the project's images, e.g. `127.0.0.1:5000`. */
  registry: string;
  /** Where externals are fetched from, in place of where they are named. */
  mirrors: MirrorRules;
  /** The nodes' kernel has no IPVS (a lab's): names lead to tasks, ports are the nodes' own. */
  withoutIpvs: boolean;
  /** The docker client's environment with the registry's credentials; `forget` takes these off the disk. */
  logIn: () => { env: Readonly<Record<string, string | undefined>>; forget: () => void };
  /** The status of a URL, or why there is none. */
  probe: (url: string, signal: AbortSignal) => Promise<number | string>;
  /** The project's own Jenkins; absent where nobody looks for one. */
  jenkinses?: Pick<Jenkinses, 'find'>;
  openLock: (engine: Engine, project: string, name: string) => LockPlace;
  /** Takes what concerns no single component. */
  note: (text: string) => void;
}
