import type { Project } from '../model/project/project.ts';
import { isRunning, stopServer } from './own-process.ts';
import type { OwnProcess } from './own-process.ts';
import { labFolder, makeLabFolder, readLabState, writeLabState } from './lab-state.ts';
import type { LabState } from './lab-state.ts';
import { findGaps, hasIpvs } from './machines/find-gaps.ts';
import { startAws } from './start-aws.ts';
import { startEngine } from './start-engine.ts';
import { makeLabKey, startMachines } from './start-machines.ts';
import { startRegistry } from './start-registry.ts';
import { makeSwarm } from './make-swarm.ts';
import { stopUnknown } from './stop-unknown.ts';

/**
 * Brings up what is not up; parts that run stay as they are. A part is written down before the next is begun, so that
 * `takeLabDown` finds everything, whatever stopped this.
 * @param program the CLI itself, which one of the parts is started by
 */
export async function bringLabUp(
  root: string,
  project: Project,
  program: string,
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
  await makeLabKey(folder);
  if (!runs(state.registry)) {
    tell('starting a registry');
    keep({ registry: await startRegistry(folder, state.registry?.address) });
  }
  if (!runs(state.aws)) {
    tell('starting the AWS stand-in');
    // What stood before the former one would ask nobody.
    if (state.front) await stopServer(state.front.server);
    keep({ aws: await startAws(folder, project) });
  }
  if (!runs(state.front)) {
    keep({ gaps: await findGaps(folder), hasIpvs: await hasIpvs() });
    const { aws, registry, gaps } = state;
    if (gaps?.length === 0 && aws && registry) {
      tell('making a network for machines');
      keep({ front: await startMachines(folder, { aws, registry }, program) });
    }
  }
  if (!state.engine || (state.engine.server && !isRunning(state.engine.server))) {
    tell('looking for a Docker engine');
    keep({ engine: await startEngine(folder) });
  }
  keep({ isSwarm: await makeSwarm(folder, state.engine!) });
  return state;
}

const runs = (part: { server: OwnProcess } | undefined): boolean =>
  part !== undefined && isRunning(part.server);

/** What this lab leaves out, a sentence each. */
export function describeLimits({ gaps = [], hasIpvs, isSwarm }: LabState): string[] {
  return [
    ...(gaps.length > 0
      ? [
          `no machines, for ${gaps.join(', and ')}: an instance is an entry of the AWS stand-in only; nothing can be baked or deployed to a cluster, one local engine serves`,
        ]
      : []),
    ...(hasIpvs === false
      ? [
          'the kernel has no IPVS: stacks get neither virtual IPs nor the routing mesh, ports are those of each node',
        ]
      : []),
    ...(isSwarm === false
      ? [
          'the engine at hand is no manager of a Swarm, and is left as it is: for stacks without `on:`, run `docker swarm init`',
        ]
      : []),
  ];
}
