import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../model/user-error.ts';
import { runTool, tryTool } from './machines/run-tool.ts';

/**
 * The bridges of the lab's own engine, named after the folder's digits; a name may have 15 characters. `gateways` is that
 * of Swarm's containers (network `docker_gwbridge`).
 */
export function bridgesOf(folder: string): { name: string; gateways: string } {
  const digits = folder.slice(-6);
  return { name: `millrace-${digits}`, gateways: `millgate-${digits}` };
}

/** Of the bridges' subnets, 172.30.N.0/24 and 172.29.N.0/24: the number where labs begin to look for a free one. */
export const firstNumber = (folder: string): number => Number.parseInt(folder.slice(-2), 16);
const NUMBERS = 256;

/** @returns the address of the lab's own bridge, and the subnet for the other one; whether that is made or not */
export async function addressesOf(folder: string): Promise<{ address: string; gateways: string }> {
  const [found] = await listAddresses('dev', bridgesOf(folder).name);
  const number = /^172\.30\.([0-9]+)\.1\//.exec(found ?? '')?.[1];
  if (number === undefined) throw new Error(`the lab's bridge ${bridgesOf(folder).name} has no address`);
  return { address: `172.30.${number}.1`, gateways: `172.29.${number}.0/24` };
}

/** Makes the one for containers anew. @returns its name */
export async function makeEngineBridge(folder: string): Promise<string> {
  const { name } = bridgesOf(folder);
  await removeEngineLinks(folder);
  try {
    const number = await findFreeNumber(folder);
    await runTool('ip', ['link', 'add', 'name', name, 'type', 'bridge']);
    await runTool('ip', ['address', 'add', `172.30.${number}.1/24`, 'dev', name]);
    await runTool('ip', ['link', 'set', name, 'up']);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError('LAB_PART', `${error.message}; or start a Docker engine yourself`);
  }
  return name;
}

/** Digits are many and subnets few: another lab, or somebody else's network, may have those that come first. */
async function findFreeNumber(folder: string): Promise<number> {
  const taken = (await listAddresses()).map((one) => one.split('.').slice(0, 3).join('.'));
  for (let step = 0; step < NUMBERS; step++) {
    const number = (firstNumber(folder) + step) % NUMBERS;
    if (![`172.30.${number}`, `172.29.${number}`].some((net) => taken.includes(net))) return number;
  }
  throw new Error('no subnet of 172.30.0.0/16 is free');
}

/** Such as `172.30.7.1/24`, of this machine. */
async function listAddresses(...which: string[]): Promise<string[]> {
  const said = await runTool('ip', ['-4', '-oneline', 'address', 'show', ...which]);
  return [...said.matchAll(/ inet (\S+)/g)].map((match) => match[1]!);
}

/**
 * UDP port of this lab's overlay networks. Engines of one network namespace number those alike, and the kernel refuses a
 * number that is there twice with one port: each lab has a port of its own, as far as chance goes.
 */
export async function findFreeDataPort(): Promise<number> {
  const links = await runTool('ip', ['-details', 'link', 'show', 'type', 'vxlan']);
  const taken = [...links.matchAll(/ dstport ([0-9]+)/g)].map((match) => Number(match[1]));
  for (let attempt = 1; ; attempt++) {
    // Below those that the kernel gives away by itself.
    const port = randomInt(20_000, 30_000);
    if (attempt === 100 || (!taken.includes(port) && (await isFreeForUdp(port)))) return port;
  }
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, () => socket.close(() => resolve(true)));
  });
}

/** The bridges, and what an engine that was killed leaves of its overlay networks. Fine where there is none. */
export async function removeEngineLinks(folder: string): Promise<void> {
  const { name, gateways } = bridgesOf(folder);
  for (const link of [name, gateways, ...listOverlayLinks(folder)])
    await tryTool('ip', ['link', 'delete', link]);
}

/**
 * Of an overlay network the engine makes `vx-<number>-<id>` beside its own links and then moves it into the network's
 * namespace, and back before it removes it: killed in between, it leaves it there. The namespaces' names tell which
 * networks were this engine's.
 */
function listOverlayLinks(folder: string): string[] {
  const namespaces = join(folder, 'run/netns');
  const ids = existsSync(namespaces)
    ? readdirSync(namespaces).map((name) => name.replace(/^[0-9]+-/, ''))
    : [];
  const links = existsSync(LINKS) ? readdirSync(LINKS) : [];
  return links.filter((link) => {
    const id = /^vx-[0-9a-f]{6}-(.{5})$/.exec(link)?.[1];
    return id !== undefined && ids.some((one) => one.startsWith(id));
  });
}

const LINKS = '/sys/class/net';
