import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { runTool, tryTool } from './run-tool.ts';

/**
 * The network of one lab's machines: a bridge and a router in a network namespace of their own, so that two labs may
 * use the same addresses, and little of the host's own network is touched: one link, routes over it, three rules.
 */
export interface Bridge {
  /** Network namespace that the bridge lies in (ip-netns(8)). */
  router: string;
  /** The host's end of the link to the router; at most 15 characters, as every link. */
  link: string;
  /** What the router is called on both of its sides: the machines' gateway, and who the host sees them as. */
  gateway: string;
  /** The host as the machines reach it. */
  host: string;
}

const BRIDGE = 'machines';
const UPLINK = 'outside';
/** Shared address space, RFC 6598: in use neither in a VPC nor in an office. */
const FIRST_ADDRESS = (100 << 24) | (64 << 16);

/** Its names and addresses, made from the lab's folder alone, so that whatever is left of it can be found. */
export function describeBridge(folder: string): Bridge {
  const digits = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  // A million blocks of four addresses.
  const block = FIRST_ADDRESS + (Number.parseInt(digits, 16) % 2 ** 20) * 4;
  return {
    router: `millrace-${digits}`,
    link: `mr-${digits}`,
    gateway: writeAddress(block + 2),
    host: writeAddress(block + 1),
  };
}

/** Makes it anew. Needs root, and a kernel that has bridges, namespaces and iptables. */
export async function makeBridge(folder: string): Promise<Bridge> {
  const bridge = describeBridge(folder);
  await removeBridge(bridge);
  const { router, link, gateway, host } = bridge;
  await runTool('ip', ['netns', 'add', router]);
  await runTool('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', UPLINK, 'netns', router]);
  await runTool('ip', ['address', 'add', host, 'peer', gateway, 'dev', link]);
  await runTool('ip', ['link', 'set', link, 'up']);
  const routerLines = [
    'link set lo up',
    `address add ${gateway} peer ${host} dev ${UPLINK}`,
    `link set ${UPLINK} up`,
    // An address of its own: else it would be a machine's, and change when that one goes.
    `link add name ${BRIDGE} address ${hardwareAddress('bridge')} type bridge forward_delay 0`,
    `address add ${gateway}/32 dev ${BRIDGE}`,
    `link set ${BRIDGE} up`,
    `route add default via ${host} dev ${UPLINK}`,
  ];
  await runTool('ip', ['-netns', router, '-batch', '-'], routerLines.join('\n'));
  // Machines reach each other by way of the router, which is not to tell them of shorter ways.
  for (const setting of ['ip_forward=1', 'conf.all.send_redirects=0', `conf.${BRIDGE}.send_redirects=0`])
    await runTool('ip', ['netns', 'exec', router, 'sysctl', '-q', '-w', `net.ipv4.${setting}`]);
  const masquerade = ['-t', 'nat', '-A', 'POSTROUTING', '-o', UPLINK, '-j', 'MASQUERADE'];
  await runTool('ip', ['netns', 'exec', router, 'iptables', '-w', ...masquerade]);
  for (const [table, chain, rule] of hostRules(bridge))
    await runTool('iptables', ['-w', '-t', table, '-I', chain, ...rule]);
  forward();
  return bridge;
}

/** Takes away all of it, machines' links included. Fine where there is none. */
export async function removeBridge(bridge: Bridge): Promise<void> {
  for (const [table, chain, rule] of hostRules(bridge))
    while (await tryTool('iptables', ['-w', '-t', table, '-D', chain, ...rule]));
  await tryTool('ip', ['link', 'delete', bridge.link]);
  await tryTool('ip', ['netns', 'delete', bridge.router]);
}

/**
 * Puts a link of the bridge into a namespace, where it is `eth0`, and leads addresses to it.
 * @param name of the machine, unique in its lab
 */
export async function joinBridge(
  bridge: Bridge,
  namespace: string,
  name: string,
  addresses: readonly string[],
): Promise<void> {
  const port = portOf(name);
  const machineLines = [
    'link set lo up',
    `link add eth0 address ${hardwareAddress(name)} type veth peer name ${port} netns ${bridge.router}`,
    ...addresses.map((address) => `address add ${address}/32 dev eth0`),
    'link set eth0 up',
    `route add ${bridge.gateway} dev eth0 scope link`,
    `route add default via ${bridge.gateway} dev eth0 src ${addresses[0]}`,
  ];
  await runTool('ip', ['-netns', namespace, '-batch', '-'], machineLines.join('\n'));
  const routerLines = [
    `link set ${port} master ${BRIDGE} up`,
    ...addresses.map((address) => `route replace ${address}/32 dev ${BRIDGE}`),
  ];
  await runTool('ip', ['-netns', bridge.router, '-batch', '-'], routerLines.join('\n'));
  await leadToRouter(bridge, addresses);
}

/** Another lab may have a machine of the same private address: the host then knows the earlier one. */
async function leadToRouter(bridge: Bridge, addresses: readonly string[]): Promise<void> {
  for (const address of addresses)
    await tryTool('ip', ['route', 'add', `${address}/32`, 'via', bridge.gateway, 'dev', bridge.link]);
}

/** Nobody is at these addresses, or not yet; out in the world somebody else has them. */
export async function holdAddresses(bridge: Bridge, addresses: readonly string[]): Promise<void> {
  for (const address of addresses)
    await tryTool('ip', ['-netns', bridge.router, 'route', 'replace', 'unreachable', `${address}/32`]);
  await leadToRouter(bridge, addresses);
}

/** Leads a port of a machine's loopback to the same port of the host's end. */
export async function forwardPort(bridge: Bridge, namespace: string, port: number): Promise<void> {
  const inside = ['netns', 'exec', namespace];
  await runTool('ip', [...inside, 'sysctl', '-q', '-w', 'net.ipv4.conf.all.route_localnet=1']);
  const nat = [...inside, 'iptables', '-w', '-t', 'nat', '-A'];
  const tcp = ['-p', 'tcp', '--dport', String(port)];
  await runTool('ip', [
    ...nat,
    'OUTPUT',
    '-d',
    '127.0.0.1',
    ...tcp,
    '-j',
    'DNAT',
    '--to-destination',
    bridge.host,
  ]);
  // An address of the loopback must not leave the machine.
  await runTool('ip', [...nat, 'POSTROUTING', '-d', bridge.host, ...tcp, '-j', 'MASQUERADE']);
}

/** Fine where it had not joined. Its addresses still lead to the router. */
export async function leaveBridge(bridge: Bridge, name: string, addresses: readonly string[]): Promise<void> {
  await tryTool('ip', ['-netns', bridge.router, 'link', 'delete', portOf(name)]);
  await holdAddresses(bridge, addresses);
}

const digitsOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 12);
const portOf = (name: string): string => `m${digitsOf(name)}`;

/** The same for a machine that is booted again, as its neighbours remember it; 02: locally administered. */
const hardwareAddress = (name: string): string =>
  ['02', ...digitsOf(name).slice(0, 10).match(/../g)!].join(':');

function hostRules({ link, gateway }: Bridge): [table: string, chain: string, rule: string[]][] {
  return [
    ['filter', 'FORWARD', ['-i', link, '-j', 'ACCEPT']],
    ['filter', 'FORWARD', ['-o', link, '-j', 'ACCEPT']],
    ['nat', 'POSTROUTING', ['-s', gateway, '!', '-o', link, '-j', 'MASQUERADE']],
  ];
}

/** Docker turns it on as well, and nobody off: who else relies on it by now cannot be known. */
function forward(): void {
  const path = '/proc/sys/net/ipv4/ip_forward';
  if (readFileSync(path, 'utf8').trim() !== '1') writeFileSync(path, '1');
}

function writeAddress(number: number): string {
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.');
}
