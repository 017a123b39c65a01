import { setTimeout as sleep } from 'node:timers/promises';
import type { LabState } from './lab-state.ts';
import { UserError } from '../model/user-error.ts';
import { runTool } from './machines/run-tool.ts';
import { addressesOf, bridgesOf, findFreeDataPort } from './engine-network.ts';

/**
 * Makes a Swarm of one node of the lab's own engine. An engine that was there already is left as it is.
 * @returns whether the engine is a manager
 * @throws UserError LAB_PART with the engine's own words
 */
export async function makeSwarm(
  folder: string,
  { host, server }: NonNullable<LabState['engine']>,
): Promise<boolean> {
  const docker = async (...words: string[]): Promise<string> =>
    (await runTool('docker', ['--host', host, ...words])).trim();
  const [isManager] = await settle(() =>
    docker('info', '--format', '{{.Swarm.ControlAvailable}} {{.Swarm.LocalNodeState}}'),
  );
  if (isManager === 'true') return true;
  if (server === undefined) return false;
  const { address, gateways } = await addressesOf(folder);
  // Made beforehand, for Swarm would give the bridge below it a name that every engine uses, and leave it behind.
  const options = [
    `com.docker.network.bridge.name=${bridgesOf(folder).gateways}`,
    'com.docker.network.bridge.enable_icc=false',
  ];
  const networks = await docker('network', 'ls', '--quiet', '--filter', 'name=^docker_gwbridge$');
  if (networks === '')
    await docker(
      ...['network', 'create', '--driver', 'bridge', '--subnet', gateways],
      ...[...options.flatMap((option) => ['--opt', option]), 'docker_gwbridge'],
    ).catch(acceptExisting);
  // On an address of its own: the port is the same for every engine of the machine.
  await docker(
    ...['swarm', 'init', '--advertise-addr', address, '--listen-addr', `${address}:2377`],
    ...['--data-path-port', String(await findFreeDataPort())],
  );
  return true;
}

/**
 * Asks until the engine is not in the middle of joining: an `up` that was killed leaves it at work on what it was told.
 * @returns the words of the answer
 */
async function settle(ask: () => Promise<string>): Promise<string[]> {
  for (let waited = 0; ; waited += 100) {
    const words = (await ask()).split(' ');
    if (words[1] !== 'pending' || waited >= 60_000) return words;
    await sleep(100);
  }
}

/** For the same reason the network may be made between the question and the order. */
function acceptExisting(error: unknown): string {
  if (error instanceof UserError && error.message.includes('already exists')) return '';
  throw error;
}
