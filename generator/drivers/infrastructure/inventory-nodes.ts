import { UserError } from '../../model/user-error.ts';
import type { ClusterNode } from '../../ports/cluster-nodes.ts';

/** What `ansible-inventory --list` prints (docs.ansible.com, "Developing dynamic inventory"). */
interface InventoryList {
  _meta?: { hostvars?: Record<string, Record<string, unknown>> };
  [group: string]: unknown;
}

const MANAGERS = /^(?:swarm_)?managers?$/;

/**
 * The hosts of an inventory, those of a group named `managers` first, each as SSH reaches it.
 * @param file for messages
 * @throws UserError BAD_INVENTORY
 */
export function readInventoryNodes(json: string, file: string): ClusterNode[] {
  let list: InventoryList;
  try {
    list = JSON.parse(json) as InventoryList;
  } catch {
    throw new UserError(
      'BAD_INVENTORY',
      `${file}: ansible-inventory printed no JSON; run it by hand to see why`,
    );
  }
  const managers = new Set(
    Object.keys(list)
      .filter((name) => MANAGERS.test(name))
      .flatMap((name) => hostsOf(list, name)),
  );
  const all = [...new Set(hostsOf(list, 'all'))].sort();
  const nodes = [...all.filter((host) => managers.has(host)), ...all.filter((host) => !managers.has(host))];
  return nodes.flatMap((host) => {
    const { [host]: vars = {} } = list._meta?.hostvars ?? {};
    return vars['ansible_connection'] === 'local' ? [] : [readNode(host, vars)];
  });
}

function hostsOf(list: InventoryList, group: string, seen = new Set<string>()): string[] {
  if (seen.has(group)) return [];
  seen.add(group);
  const { hosts = [], children = [] } = (list[group] ?? {}) as { hosts?: string[]; children?: string[] };
  return [...hosts, ...children.flatMap((child) => hostsOf(list, child, seen))];
}

/** Ansible's own names, the older ones included; a user that none names is the one who runs this. */
function readNode(host: string, vars: Readonly<Record<string, unknown>>): ClusterNode {
  const first = (...names: string[]): unknown =>
    names.map((name) => vars[name]).find((value) => value !== undefined);
  const text = (value: unknown, otherwise: string): string =>
    typeof value === 'string' && value !== '' ? value : otherwise;
  const port = Number(first('ansible_port', 'ansible_ssh_port') ?? 22);
  return {
    id: host,
    address: text(first('ansible_host', 'ansible_ssh_host'), host),
    port: Number.isInteger(port) && port > 0 ? port : 22,
    user: text(first('ansible_user', 'ansible_ssh_user'), 'root'),
  };
}
