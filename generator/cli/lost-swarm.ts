import { UserError } from '../model/user-error.ts';

/** Why a machine does not serve as a manager. */
export interface Failure {
  /**
   * `silent`: nothing of it answers. `closed`: it answers, and does not let this user in. `leaderless`: it manages a Swarm
   * that has lost its majority. `led`: it is in a Swarm that others manage.
   */
  state: 'silent' | 'closed' | 'leaderless' | 'led';
  /** For a person. */
  cause: string;
}

/** What a project says is lost for good: variables that `ansible/deploy.yml` knows. */
export interface Losses {
  /** `recover_quorum` */
  quorum: boolean;
  /** `replace_unreachable`; undefined where nobody replaces machines, which are an inventory's. */
  machines: boolean | undefined;
}

/** Machines of which none is a manager that serves. */
export interface LostSwarm {
  /** How many run. */
  machines: number;
  /** Of those that are in a Swarm or cannot be asked. */
  failures: readonly Failure[];
}

/** Of fewer machines one manages: with it the Swarm is lost, and nobody else can be asked. */
const SEVERAL_MANAGERS = 3;

/** Whether the project says that this is lost, so that the deploy which goes on without it comes first. */
export function isGivenUp(found: LostSwarm, losses: Losses | undefined): boolean {
  if (losses?.quorum) return true;
  // That several do not answer at once is more likely the way to them.
  return losses?.machines === true && found.machines < SEVERAL_MANAGERS && isAllSilent(found);
}

/** @returns SWARM_UNREACHABLE, which says what to do */
export function unreachable(name: string, found: LostSwarm, losses: Losses | undefined): UserError {
  const { failures } = found;
  const rest = failures.length > 1 ? 'none of its machines answers as a manager; ' : '';
  const told = ['leaderless', 'closed'].map((state) => failures.find((one) => one.state === state));
  const { cause } = told.find((one) => one !== undefined) ?? failures[0]!;
  const advice = adviseOn(found, losses);
  return new UserError(
    'SWARM_UNREACHABLE',
    `infrastructure:${name} is there, but ${rest}${cause}${advice === '' ? '' : `; ${advice}`}`,
  );
}

/** The variables that the playbook goes on with, in the state that it will find. */
function adviseOn(found: LostSwarm, losses: Losses | undefined): string {
  const states = new Set(found.failures.map(({ state }) => state));
  if (states.has('leaderless')) return `if they do not come back, ${deployWith('recover_quorum')}`;
  // Whoever lets us in can tell more.
  if (states.has('closed')) return '';
  const replaces = losses?.machines !== undefined && states.has('silent');
  if (states.has('led')) {
    const variables = ['recover_quorum', ...(replaces ? ['replace_unreachable'] : [])];
    return `if its managers do not come back, ${deployWith(...variables)}`;
  }
  if (!replaces) return '';
  if (found.machines < SEVERAL_MANAGERS) return `if it is lost, ${deployWith('replace_unreachable')}`;
  return `if all of them are lost, ${deployWith('recover_quorum', 'replace_unreachable')}`;
}

function deployWith(...variables: string[]): string {
  const noun = variables.length === 1 ? 'variable' : 'variables';
  return `deploy once with the ${noun} ${variables.map((one) => `${one}: true`).join(' and ')}`;
}

function isAllSilent({ failures }: LostSwarm): boolean {
  return failures.every(({ state }) => state === 'silent');
}
