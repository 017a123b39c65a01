import type {
  CloudGroup,
  CloudMachine,
  CloudNetwork,
  CloudVolume,
} from '../../../generator/ports/cloud-resources.ts';
import type { LiveInfrastructure } from '../../../generator/drivers/infrastructure/fingerprint.ts';

export const OWN = { 'millrace:project': 'shop', 'millrace:component': 'cluster' };

export function network(tags: Record<string, string> = {}): CloudNetwork {
  return { id: 'vpc-1', cidr: '172.31.0.0/16', tags: { ...OWN, ...tags } };
}

export function machine(id: string, more: Partial<CloudMachine> = {}): CloudMachine {
  return {
    id,
    state: 'running',
    image: 'ami-1',
    type: 't3.medium',
    subnet: 'subnet-1',
    zone: 'eu-central-1a',
    groups: ['sg-1'],
    profile: 'shop-cluster-node',
    checksAddresses: false,
    metadata: 'required, 1 hop',
    publicAddress: '198.51.100.7',
    privateAddress: '172.31.0.7',
    launched: `2030-01-01T00:00:0${id.at(-1)}.000Z`,
    ...more,
    tags: { ...OWN, 'millrace:role': 'node', ...more.tags },
  };
}

export function group(rules: CloudGroup['rules']): CloudGroup {
  return { id: 'sg-1', name: 'shop-cluster-public', rules, tags: OWN };
}

export const SSH = { direction: 'in', what: '22', peer: '203.0.113.0/24' } as const;
export const OUT = { direction: 'out', what: 'all', peer: '0.0.0.0/0' } as const;

export function volume(more: Partial<CloudVolume> = {}): CloudVolume {
  return {
    id: 'vol-1',
    size: 50,
    type: 'gp3',
    zone: 'eu-central-1a',
    encrypted: true,
    attachments: [{ machine: 'i-1', device: '/dev/sdf' }],
    tags: { ...OWN, 'millrace:role': 'data' },
    ...more,
  };
}

/** Three nodes, a group, a data volume, a route. */
export function cluster(more: Partial<LiveInfrastructure> = {}): LiveInfrastructure {
  return {
    networks: [network()],
    machines: ['i-1', 'i-2', 'i-3'].map((id) => machine(id)),
    groups: [group([SSH, OUT])],
    volumes: [volume()],
    routeTables: [
      {
        id: 'rtb-1',
        routes: [{ destination: '0.0.0.0/0', target: 'igw-1', state: 'active' }],
        subnets: ['subnet-1'],
        tags: OWN,
      },
    ],
    ...more,
  };
}
