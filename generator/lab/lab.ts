import { rmSync } from 'node:fs';
import type { Project } from '../model/project/project.ts';
import { findServers, isRunning, stopServer } from './own-process.ts';
import type { OwnProcess } from './own-process.ts';
import { labFolder, makeLabFolder, readLabState, writeLabState } from './lab-state.ts';
import type { LabState } from './lab-state.ts';
import { startAws } from './start-aws.ts';
import { removeBridge, startEngine, unmountBelow } from './start-engine.ts';
import { startRegistry } from './start-registry.ts';

/** One part of the lab, for a person. */
export interface LabPart {
  name: 'registry' | 'aws' | 'engine';
  /** Where it answers; empty where it is not there. */
  address: string;
  state: 'up' | 'down';
}

/**
 * Brings up what is not up; parts that run stay as they are. A part is written down before the next is begun, so that
 * `takeLabDown` finds everything, whatever stopped this.
 */
export async function bringLabUp(
  root: string,
  project: Project,
  tell: (text: string) => void,
): Promise<LabState> {
  const folder = labFolder(root);
  makeLabFolder(folder);
  let state: LabState = readLabState(folder) ?? { version: 1, root };
  const keep = (part: Partial<LabState>): void => {
    state = { ...state, ...part };
    writeLabState(folder, state);
  };
  keep({});
  await stopUnknown(folder, state);
  if (!state.registry || !isRunning(state.registry.server)) {
    tell('starting a registry');
    keep({ registry: await startRegistry(folder) });
  }
  if (!state.aws || !isRunning(state.aws.server)) {
    tell('starting the AWS stand-in');
    keep({ aws: await startAws(folder, project) });
  }
  if (!state.engine || (state.engine.server && !isRunning(state.engine.server))) {
    tell('looking for a Docker engine');
    keep({ engine: await startEngine(folder) });
  }
  return state;
}

/** Ends what a start that was killed did not write down: the part is started anew. */
async function stopUnknown(folder: string, { registry, aws, engine }: LabState): Promise<void> {
  const known = [registry?.server, aws?.server, engine?.server].flatMap((server) =>
    server ? [server.pid] : [],
  );
  for (const server of findServers(folder)) {
    // An engine has servers of its own.
    if (!known.includes(server.pid) && !known.includes(server.parent)) await stopServer(server);
  }
}

/** Ends every process that the lab has started and removes its folder. Fine where there is none. */
export async function takeLabDown(root: string): Promise<boolean> {
  const folder = labFolder(root);
  const state = readLabState(folder);
  const servers = [state?.engine?.server, state?.aws?.server, state?.registry?.server];
  // In this order: the engine ends what runs in it by itself.
  for (const server of [...servers, ...findServers(folder)]) if (server) await stopServer(server);
  for (const server of findServers(folder)) await stopServer(server, 0);
  if (state?.engine?.server) await removeBridge(folder);
  await unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true });
  return state !== undefined;
}

/** What of the lab is there. */
export function describeLab(root: string): LabPart[] {
  const state = readLabState(labFolder(root));
  const part = (
    name: LabPart['name'],
    address: string | undefined,
    server: OwnProcess | undefined,
  ): LabPart => ({
    name,
    address: address ?? '',
    state: address !== undefined && (server === undefined || isRunning(server)) ? 'up' : 'down',
  });
  return [
    part('registry', state?.registry?.address, state?.registry?.server),
    part('aws', state?.aws?.endpoint, state?.aws?.server),
    part('engine', state?.engine?.host, state?.engine?.server),
  ];
}
