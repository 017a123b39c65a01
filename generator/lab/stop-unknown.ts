import { readEnvironment, readProcess } from '../adapters/read-process.ts';
import { findServers, stopServer } from './own-process.ts';
import type { LabState } from './lab-state.ts';

/** Ends what a start that was killed did not write down: the part is started anew. */
export async function stopUnknown(folder: string, state: LabState): Promise<void> {
  const parts = [state.registry, state.aws, state.front, state.engine];
  const known = parts.flatMap((part) => (part?.server ? [part.server.pid] : []));
  for (const server of findServers(folder)) {
    // A machine is known by its own record, and followed by who keeps machines.
    const isMachine = readEnvironment(server.pid).some((entry) => entry.startsWith(`FOLDER=${folder}/`));
    if (!isMachine && !hasAncestor(server.pid, known)) await stopServer(server);
  }
}

/** True for these themselves, and for what they have started: an engine has servers of its own. */
function hasAncestor(pid: number, among: readonly number[]): boolean {
  for (let one: number | undefined = pid; one !== undefined && one > 1; one = readProcess(one)?.parent)
    if (among.includes(one)) return true;
  return false;
}
