import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from './free-port.ts';
import { readLabSettings, writeLabSettings } from './front/lab-settings.ts';
import type { LabSettings } from './front/lab-settings.ts';
import type { LabState } from './lab-state.ts';
import { describeBridge, makeBridge } from './machines/bridge.ts';
import { runTool } from './machines/run-tool.ts';
import { startServer, stopServer } from './own-process.ts';
import { waitUntilUp } from './wait-until-up.ts';

/** A key of the lab's own, which all of its machines let in; made once. The private half is `ssh_key`. */
export async function makeLabKey(folder: string): Promise<void> {
  const file = join(folder, 'ssh_key');
  if (existsSync(`${file}.pub`)) return;
  await runTool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'millrace-lab', '-f', file]);
}

/**
 * The network of the machines, and the process that stands before the AWS stand-in and boots one for each instance.
 * Machines that run already stay as they are, and its address stays the same.
 * @param program the CLI itself, by which that process is started
 */
export async function startMachines(
  folder: string,
  { aws, registry }: Required<Pick<LabState, 'aws' | 'registry'>>,
  program: string,
): Promise<NonNullable<LabState['front']>> {
  const before = findSettings(folder);
  // Its settings are written when the bridge is whole.
  const hasBridge = existsSync(`/var/run/netns/${describeBridge(folder).router}`);
  if (before === undefined || !hasBridge) await makeBridge(folder);
  const port = before?.port ?? (await findFreePort());
  writeLabSettings(folder, {
    aws: aws.endpoint,
    port,
    forwarded: [Number(registry.address.split(':').at(-1))],
    sources: readSources(folder),
    regions: before?.regions ?? [],
  });
  const log = join(folder, 'front.log');
  const command = {
    file: process.execPath,
    args: [program, 'lab', 'serve'],
    env: { ...STAND_IN_CREDENTIALS, AWS_ENDPOINT_URL: aws.endpoint },
  };
  const server = await startServer(folder, command, log);
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitUntilUp('AWS front', server, log, async () => (await fetch(`${endpoint}/moto-api/`)).ok);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  return { endpoint, server };
}

/** The stand-in takes any; none of the user's own may reach it, nor its commands reach their account. */
export const STAND_IN_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'lab',
  AWS_SECRET_ACCESS_KEY: 'lab',
  // Not empty: boto takes that for a profile of no name.
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_DEFAULT_PROFILE: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
};

function findSettings(folder: string): LabSettings | undefined {
  try {
    return readLabSettings(folder);
  } catch {
    return undefined;
  }
}

/** Ids of the images that the stand-in was started with. */
function readSources(folder: string): string[] {
  const images = JSON.parse(readFileSync(join(folder, 'source-amis.json'), 'utf8')) as { ami_id: string }[];
  return images.map(({ ami_id }) => ami_id);
}
