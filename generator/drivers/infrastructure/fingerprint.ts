import { createHash } from 'node:crypto';
import type {
  CloudGroup,
  CloudMachine,
  CloudNetwork,
  CloudRouteTable,
  CloudSweep,
  CloudVolume,
} from '../../ports/cloud-resources.ts';
import { TAG } from './tags.ts';

/** The parts of an infrastructure that are told apart, with the word for what each thing in it may have several of. */
export const PARTS = {
  nodes: 'security group',
  rules: 'rule',
  volumes: 'attachment',
  routes: 'route',
} as const;
export type Part = keyof typeof PARTS;

/** One thing of a part, as it is; no times, no addresses, nothing else that changes by itself. */
export interface Subject {
  id: string;
  /** For a person: `node i-…`, `group shop-cluster-public`. */
  label: string;
  /** What it has one of, as a sentence after the label: `is stopped`. */
  facts: readonly string[];
  /** What it has several of: `rule 22 from 203.0.113.0/24`. */
  members: readonly string[];
}

export type Fingerprint = Readonly<Record<Part, readonly Subject[]>>;

/** What one infrastructure consists of, of a sweep over a whole project. */
export interface LiveInfrastructure extends CloudSweep {
  networks: readonly CloudNetwork[];
}

/** A sweep by infrastructure; what names none is left out. */
export function splitSweep(sweep: CloudSweep): Map<string, LiveInfrastructure> {
  const things = [
    ...sweep.networks,
    ...sweep.machines,
    ...sweep.groups,
    ...sweep.volumes,
    ...sweep.routeTables,
  ];
  const names = new Set(things.flatMap(({ tags }) => tags[TAG.component] || []));
  return new Map(
    [...names].sort().map((name) => {
      const of = <Thing extends { tags: Readonly<Record<string, string>> }>(
        all: readonly Thing[],
      ): readonly Thing[] => all.filter(({ tags }) => tags[TAG.component] === name);
      const live = {
        networks: of(sweep.networks),
        machines: of(sweep.machines).filter(isThere),
        groups: of(sweep.groups),
        volumes: of(sweep.volumes),
        routeTables: of(sweep.routeTables),
      };
      return [name, live];
    }),
  );
}

/** EC2 shows what is terminated for about an hour. */
function isThere({ state }: CloudMachine): boolean {
  return state !== 'terminated' && state !== 'shutting-down';
}

export function takeFingerprint(live: LiveInfrastructure): Fingerprint {
  const groupNames = new Map(live.groups.map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => groupNames.get(id) ?? id;
  return {
    nodes: live.machines.map((machine) => describeMachine(machine, nameOf)),
    rules: live.groups.map((group) => describeGroup(group, nameOf)),
    volumes: live.volumes.map(describeVolume),
    routes: live.routeTables.map(describeRouteTable),
  };
}

function describeMachine(machine: CloudMachine, nameOf: (group: string) => string): Subject {
  const { id, state, image, type, subnet, groups, profile, checksAddresses, metadata } = machine;
  return {
    id,
    label: `node ${id}`,
    facts: [
      `is ${state}`,
      `was started from ${image}`,
      `is a ${type}`,
      `lies in ${subnet}`,
      profile === undefined ? 'has no role' : `has the role ${profile}`,
      checksAddresses ? 'checks source and destination' : 'does not check source and destination',
      ...(metadata === undefined ? [] : [`has a metadata service with tokens ${metadata}`]),
    ],
    members: groups.map((group) => `security group ${nameOf(group)}`),
  };
}

function describeGroup({ id, name, rules }: CloudGroup, nameOf: (group: string) => string): Subject {
  const members = rules.map(({ direction, what, peer }) => {
    const named = nameOf(peer);
    return direction === 'in' ? `rule ${what} from ${named}` : `rule ${what} to ${named}`;
  });
  return { id, label: `group ${name}`, facts: [], members: [...new Set(members)].sort() };
}

function describeVolume({ id, size, type, zone, encrypted, attachments }: CloudVolume): Subject {
  return {
    id,
    label: `volume ${id}`,
    facts: [
      `has ${size} GiB`,
      `is of type ${type}`,
      `lies in ${zone}`,
      encrypted ? 'is encrypted' : 'is not encrypted',
    ],
    members: attachments.map(({ machine, device }) => `attachment to ${machine} as ${device}`).sort(),
  };
}

function describeRouteTable({ id, routes, subnets }: CloudRouteTable): Subject {
  const members = [
    ...routes.map(
      ({ destination, target, state }) =>
        `route ${destination} to ${target}${state === 'active' ? '' : ` (${state})`}`,
    ),
    ...subnets.map((subnet) => `route of ${subnet}`),
  ];
  return { id, label: `route table ${id}`, facts: [], members: members.sort() };
}

/** Of all that is in it: what a difference is decided by. 64 hexadecimal digits. */
export function digestFingerprint(fingerprint: Fingerprint): string {
  const canonical = Object.keys(PARTS).map((part) =>
    fingerprint[part as Part].map(({ id, label, facts, members }) => [id, label, facts, members]),
  );
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
