import type { Clock } from '../../ports/clock.ts';
import type { CloudResources } from '../../ports/cloud-resources.ts';
import type { CloudRoles } from '../../ports/cloud-roles.ts';
import type { LockPlace } from '../../ports/lock-place.ts';
import type { Engine, Swarms } from '../../ports/engine.ts';
import type { Processes } from '../../ports/processes.ts';
import type { RunHost } from '../../ports/run-host.ts';
import type { HashedComponent, ProjectSource } from '../driver.ts';

/** What the driver works with. */
export interface InfrastructureTools {
  /** EC2 in the project's region; undefined where project.yaml has no `aws:`. */
  cloud?: CloudResources;
  /** IAM; there where EC2 is. */
  roles?: CloudRoles;
  processes: Processes;
  clock: Clock;
  host: RunHost;
  /**
   * Ends every process of this machine that has this variable in its environment. Ansible's workers leave the process group
   * that it was started in, and one that just begins misses the signal that the others are ended by.
   */
  endMarked: (name: string, value: string) => Promise<void>;
  /** This process's environment: what of it reaches Ansible is decided here. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Where the host keys of the project's machines are kept; absolute. */
  knownHosts: string;
  /** Of infrastructures that are an inventory: there is what was deployed recorded. */
  swarms?: Swarms;
  /** The deploy lock of a Swarm; there where inventories are. */
  swarmLockPlace?: (engine: Engine, infrastructure: string) => LockPlace;
  /** Another commit of this repository; throws a UserError where it is not to be had. */
  loadAt?: (
    revision: string,
  ) => Promise<{ source: ProjectSource; hashes: ReadonlyMap<string, Pick<HashedComponent, 'hash'>> }>;
  /** What concerns no single component. */
  note?: (text: string) => void;
}
