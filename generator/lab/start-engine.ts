import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../model/user-error.ts';
import type { LabState } from './lab-state.ts';
import { runTool } from './machines/run-tool.ts';
import { startServer, stopServer } from './own-process.ts';
import { waitUntilUp } from './wait-until-up.ts';

const run = promisify(execFile);

/**
 * The Docker engine that is there; where none answers and this is root, one of the lab's own. That one has a bridge of
 * its own and changes no firewall and no forwarding: what runs in it sees neither the network nor other engines.
 */
export async function startEngine(folder: string): Promise<NonNullable<LabState['engine']>> {
  const given = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  if (await answers(given)) return { host: given };
  if (process.getuid?.() !== 0) {
    throw new UserError('NO_DOCKER', `no Docker engine answers at ${given}; start it, or run this as root`);
  }
  const at = (name: string): string => join(folder, name);
  const host = `unix://${at('docker.sock')}`;
  mkdirSync(at('docker'), { recursive: true });
  const bridge = await makeBridge(folder);
  const server = await startServer(
    folder,
    {
      file: 'dockerd',
      args: [
        ...[
          '--host',
          host,
          '--data-root',
          at('docker'),
          '--exec-root',
          at('run'),
          '--pidfile',
          at('dockerd.pid'),
        ],
        ...[
          '--bridge',
          bridge,
          '--iptables=false',
          '--ip6tables=false',
          '--ip-forward=false',
          '--log-level',
          'warn',
        ],
      ],
    },
    at('dockerd.log'),
  );
  try {
    await waitUntilUp('Docker engine', server, at('dockerd.log'), () => answers(host));
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  return { host, server };
}

async function answers(host: string): Promise<boolean> {
  try {
    await run('docker', ['--host', host, 'version', '--format', '{{.Server.Version}}'], { timeout: 10_000 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new UserError('NO_PROGRAM', 'there is no docker on the PATH; install it (Debian: docker.io)');
    }
    return false;
  }
}

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

async function makeBridge(folder: string): Promise<string> {
  const { name } = bridgesOf(folder);
  await removeBridges(folder);
  try {
    const number = await findFreeNumber(folder);
    await run('ip', ['link', 'add', 'name', name, 'type', 'bridge']);
    await run('ip', ['address', 'add', `172.30.${number}.1/24`, 'dev', name]);
    await run('ip', ['link', 'set', name, 'up']);
  } catch (error) {
    const cause = (error as { stderr?: string }).stderr?.trim().split('\n')[0] ?? (error as Error).message;
    throw new UserError(
      'LAB_PART',
      `the lab cannot make a bridge for its Docker engine: ${cause}; start an engine yourself`,
    );
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

/** Fine where there is none. */
export async function removeBridges(folder: string): Promise<void> {
  const { name, gateways } = bridgesOf(folder);
  for (const bridge of [name, gateways]) await run('ip', ['link', 'delete', bridge]).catch(() => undefined);
}

/** What an engine that was killed leaves mounted, deepest first. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
  for (const path of mounts) await run('umount', ['--lazy', path]).catch(() => undefined);
}
