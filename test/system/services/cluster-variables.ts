import { SOURCE_AMI } from './ami-world.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbFwTCFZpTZYpZ0BlvYbFFEFAb1jNgPhHc7rEBXNbQ3 alice';

/** What deploy.yml and destroy.yml are asked for: a cluster of which the AWS half alone is made. */
export function clusterVariables(project: string, more: object = {}): Record<string, unknown> {
  return {
    project,
    component: 'cluster',
    component_hash: 'a'.repeat(64),
    revision: '1'.repeat(40),
    region: 'eu-central-1',
    accounts: ['123456789012'],
    amis: { 'cluster-node': SOURCE_AMI },
    ssh_keys: [KEY],
    ssh_from: ['203.0.113.0/24'],
    nodes: 3,
    cluster_plays: false,
    ...more,
  };
}
