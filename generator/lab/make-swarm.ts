import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LabState } from './lab-state.ts';
import { bridgesOf } from './start-engine.ts';

const run = promisify(execFile);

/**
 * Makes a Swarm of one node of the lab's own engine. An engine that was there already is left as it is.
 * @returns whether the engine is a manager
 */
export async function makeSwarm(
  folder: string,
  { host, server }: NonNullable<LabState['engine']>,
): Promise<boolean> {
  const docker = async (...words: string[]): Promise<string> =>
    (await run('docker', ['--host', host, ...words])).stdout.trim();
  if ((await docker('info', '--format', '{{.Swarm.ControlAvailable}}')) === 'true') return true;
  if (server === undefined) return false;
  const { address, gateways } = bridgesOf(folder);
  // Made beforehand, for Swarm would give the bridge below it a name that every engine uses, and leave it behind.
  const options = [
    `com.docker.network.bridge.name=${gateways.name}`,
    'com.docker.network.bridge.enable_icc=false',
  ];
  const networks = await docker('network', 'ls', '--quiet', '--filter', 'name=^docker_gwbridge$');
  if (networks === '')
    await docker(
      ...['network', 'create', '--driver', 'bridge', '--subnet', gateways.subnet],
      ...[...options.flatMap((option) => ['--opt', option]), 'docker_gwbridge'],
    );
  // On an address of its own: the port is the same for every engine of the machine.
  await docker('swarm', 'init', '--advertise-addr', address, '--listen-addr', `${address}:2377`);
  return true;
}
