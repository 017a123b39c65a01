import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAtFreePort } from './free-port.ts';
import type { LabState } from './lab-state.ts';
import { startServer, stopServer } from './own-process.ts';
import { waitUntilUp } from './wait-until-up.ts';

/**
 * A registry without password on the loopback, its storage in the lab's folder (program `docker-registry`, 2.8).
 * @param before its address when it ran before, which what runs from it still names
 */
export async function startRegistry(
  folder: string,
  before?: string,
): Promise<NonNullable<LabState['registry']>> {
  if (before !== undefined) return startAt(folder, before);
  return startAtFreePort((port) => startAt(folder, `127.0.0.1:${port}`));
}

async function startAt(folder: string, address: string): Promise<NonNullable<LabState['registry']>> {
  const [storage, config, log] = ['registry', 'registry.yml', 'registry.log'].map((name) =>
    join(folder, name),
  );
  mkdirSync(storage!, { recursive: true });
  // JSON is YAML.
  const settings = {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: address },
  };
  writeFileSync(config!, JSON.stringify(settings));
  const server = await startServer(folder, { file: 'docker-registry', args: ['serve', config!] }, log!);
  try {
    await waitUntilUp('registry', server, log!, async () => (await fetch(`http://${address}/v2/`)).ok);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  return { address, server };
}
