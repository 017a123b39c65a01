import { componentId } from '../../model/component.ts';
import type { ComponentId } from '../../model/component.ts';
import type { CloudMachine } from '../../ports/cloud-resources.ts';
import type { Observation, Observations, Running, RunningPart } from '../../plan/plan.ts';
import { checkAccount } from '../ami/check-account.ts';
import type { HashedComponent, ProjectSource } from '../driver.ts';
import { describeDrift } from './describe-drift.ts';
import { splitSweep, takeFingerprint } from './fingerprint.ts';
import type { LiveInfrastructure } from './fingerprint.ts';
import { readFingerprint } from './fingerprint-tags.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { observeInventory } from './observe-inventory.ts';
import { sshCommand, userOf } from './ssh-access.ts';
import { TAG } from './tags.ts';

/**
 * One sweep for all infrastructures on AWS; each inventory is asked by itself. Those that the project no longer has are
 * among them where anything but kept data is there.
 * @throws UserError WRONG_ACCOUNT: what another account holds says nothing about the project
 */
export async function observeInfrastructures(
  components: readonly HashedComponent[],
  { project }: Pick<ProjectSource, 'project'>,
  tools: InfrastructureTools,
): Promise<Observations> {
  const isInventory = ({ name }: HashedComponent): boolean =>
    project.infrastructure[name]?.hosts !== undefined;
  const [live, inventories] = await Promise.all([
    sweepAccount(project, tools),
    Promise.all(
      components
        .filter(isInventory)
        .map(async ({ id, name }): Promise<[ComponentId, Observation]> => [
          id,
          await observeInventory(project.project, name, tools),
        ]),
    ),
  ]);
  const names = new Set(components.filter((one) => !isInventory(one)).map(({ name }) => name));
  const clouds = [...names].map((name): [ComponentId, Observation] => {
    const user = userOf(project.infrastructure[name]);
    return [componentId('infrastructure', name), observeOne(live.get(name), user, tools)];
  });
  for (const [name, one] of live)
    if (!Object.hasOwn(project.infrastructure, name) && hasMoreThanData(one))
      clouds.push([componentId('infrastructure', name), observeFormer(one, userOf(undefined), tools)]);
  return new Map([...inventories, ...clouds]);
}

/** @returns nothing where the project has no account */
async function sweepAccount(
  project: ProjectSource['project'],
  { cloud }: InfrastructureTools,
): Promise<Map<string, LiveInfrastructure>> {
  if (!cloud || !project.aws) return new Map();
  await checkAccount(project, cloud);
  return splitSweep(await cloud.sweep(project.project));
}

/** Data that was kept costs no more than it did when somebody decided so, and is for `destroy` alone to find. */
function hasMoreThanData({ networks, machines, groups, volumes, routeTables }: LiveInfrastructure): boolean {
  const machineVolumes = volumes.filter(({ tags }) => tags[TAG.role] !== 'data');
  return [networks, machines, groups, routeTables, machineVolumes].some(({ length }) => length > 0);
}

/** Without a network nothing says what was deployed, and whatever is left is half of something. */
function observeFormer(live: LiveInfrastructure, user: string, tools: InfrastructureTools): Observation {
  if (live.networks.length > 0) return observeOne(live, user, tools);
  const parts = live.machines.map((machine) => describeNode(machine, user, tools));
  return { state: 'running', hash: null, pending: true, drift: [], parts };
}

function observeOne(
  live: LiveInfrastructure | undefined,
  user: string,
  tools: InfrastructureTools,
): Observation {
  const [network, another] = live?.networks ?? [];
  if (!live || !network) {
    const kept = (live?.volumes ?? []).filter(({ tags }) => tags[TAG.role] === 'data').map(({ id }) => id);
    return {
      state: 'absent',
      ...(kept.length > 0 ? { why: `not deployed; ${kept.join(', ')} is kept` } : {}),
    };
  }
  const { [TAG.hash]: hash, [TAG.revision]: revision, [TAG.deployed]: deployed } = network.tags;
  const pending = network.tags[TAG.pending] !== undefined;
  const drift = another
    ? [`several networks bear its tags: ${live.networks.map(({ id }) => id).join(', ')}`]
    : // What a deploy is in the middle of differs anyway.
      pending || !hash
      ? []
      : describeDrift(takeFingerprint(live), readFingerprint(network.tags));
  return {
    state: 'running',
    hash: hash || null,
    pending,
    drift,
    ...(revision ? { revision } : {}),
    ...(deployed ? { deployed } : {}),
    parts: live.machines.map((machine) => describeNode(machine, user, tools)),
  } satisfies Running;
}

function describeNode(machine: CloudMachine, user: string, tools: InfrastructureTools): RunningPart {
  const { id, state, type, zone, publicAddress, tags } = machine;
  const said = [state, type, zone, publicAddress].filter((each) => each);
  const ssh =
    publicAddress === undefined || state !== 'running'
      ? undefined
      : sshCommand({ id, user, address: publicAddress, port: 22 }, tools);
  return {
    name: `node ${id}`,
    state: said.join(', '),
    ...(tags[TAG.hash] ? { hash: tags[TAG.hash] } : {}),
    ...(ssh === undefined ? {} : { ssh }),
  };
}
