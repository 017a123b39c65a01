import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { labFolder, readLabState } from './lab-state.ts';
import { describeBridge, removeBridge } from './machines/bridge.ts';
import { endRest, removeMachine } from './machines/stop-machine.ts';
import { listMachines } from './machines/machine.ts';
import { listLoops } from './machines/volumes.ts';
import { tryTool } from './machines/run-tool.ts';
import { findServers, stopServer } from './own-process.ts';
import { removeEngineLinks } from './engine-network.ts';
import { unmountBelow } from './start-engine.ts';

/**
 * Ends every process that the lab has started and removes all else of it: what is to be found by the name of its folder
 * alone. Fine where there is none.
 */
export async function takeLabDown(root: string): Promise<boolean> {
  const folder = labFolder(root);
  const state = readLabState(folder);
  // First who would boot machines again.
  if (state?.front) await stopServer(state.front.server, 2_000);
  await removeMachines(folder);
  const servers = [state?.engine?.server, state?.aws?.server, state?.registry?.server];
  // In this order: the engine ends what runs in it by itself.
  for (const server of [...servers, ...findServers(folder)]) if (server) await stopServer(server);
  for (const server of findServers(folder)) await stopServer(server, 0);
  await removeEngineLinks(folder);
  await unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true });
  return state !== undefined;
}

async function removeMachines(folder: string): Promise<void> {
  await Promise.all(listMachines(folder).map(removeMachine));
  const path = join(folder, 'machines');
  // Those whose boot was killed early.
  for (const name of existsSync(path) ? readdirSync(path) : []) await endRest(join(path, name));
  const bridge = describeBridge(folder);
  const namespaces = existsSync(NAMESPACES) ? readdirSync(NAMESPACES) : [];
  for (const name of namespaces.filter((one) => one.startsWith(`${bridge.router}-`)))
    await tryTool('ip', ['netns', 'delete', name]);
  if (process.getuid?.() !== 0) return;
  await removeBridge(bridge);
  for (const loop of await listLoops(folder)) await tryTool('losetup', ['--detach', loop]);
}

const NAMESPACES = '/var/run/netns';
