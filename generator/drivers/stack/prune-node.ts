import { UserError } from '../../model/user-error.ts';
import type { NodeMachine } from '../../ports/node-machine.ts';
import { emptyNodeReport } from './node-keep.ts';
import type { NodeKeep, NodeReport } from './node-keep.ts';
import { pruneNodeImages } from './prune-node-images.ts';
import { removeUnused } from './remove-unused.ts';
import { NAMESPACE, PROJECT } from './stack-names.ts';
import { labelQuery } from './swarm-objects.ts';

export interface NodeWork {
  machine: NodeMachine;
  keep: NodeKeep;
  dryRun: boolean;
  report: NodeReport;
}

/** As far as it is read here. */
interface Container {
  Id: string;
  Names: string[];
  Labels?: Record<string, string> | null;
  Created: number;
  SizeRw?: number;
}

interface Network {
  Id: string;
  Name: string;
  Created: string;
  Containers?: object | null;
}

/**
 * Cleans one node, of the project's own things only: containers that ended and networks that nothing uses, the build cache
 * by its size, images where the disk is full. Volumes are never touched. What the engine refuses is told of, and the rest
 * is done all the same.
 */
export async function pruneNode(machine: NodeMachine, keep: NodeKeep, dryRun: boolean): Promise<NodeReport> {
  const report = emptyNodeReport(machine.name);
  const work: NodeWork = { machine, keep, dryRun, report };
  for (const part of [pruneContainers, pruneNetworks, pruneBuildCache, pruneNodeImages]) {
    try {
      await part(work);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      report.failures.push(error.message);
    }
  }
  return report;
}

async function pruneContainers({ machine: { engine }, keep, dryRun, report }: NodeWork): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ status: ['created', 'exited', 'dead'] }));
  const all = (await engine.get(`/containers/json?all=true&size=true&filters=${filters}`)) as Container[];
  for (const { Id, Names, Labels, Created, SizeRw = 0 } of all) {
    const isOurs = Labels?.[PROJECT] === keep.project || keep.namespaces.includes(Labels?.[NAMESPACE] ?? '');
    if (!isOurs) continue;
    // By when it ended: one that ran for a month and ended just now is young.
    const found = (await engine.get(`/containers/${Id}/json`)) as
      { State?: { FinishedAt?: string } } | undefined;
    const ended = Math.max(Date.parse(found?.State?.FinishedAt ?? '') || 0, Created * 1_000);
    if (!found || keep.now - ended < keep.milliseconds) continue;
    if (!dryRun && !(await removeUnused(engine, `/containers/${Id}`))) continue;
    report.containers.push(Names[0]?.replace(/^\//, '') ?? Id);
    report.bytes += SizeRw;
  }
}

async function pruneNetworks({ machine: { engine }, keep, dryRun, report }: NodeWork): Promise<void> {
  const all = (await engine.get(`/networks?${labelQuery(`${PROJECT}=${keep.project}`)}`)) as Network[];
  for (const { Id, Name, Created } of all) {
    if (keep.networks.includes(Id) || !(keep.now - Date.parse(Created) >= keep.milliseconds)) continue;
    const found = (await engine.get(`/networks/${Id}`)) as Network | undefined;
    if (!found || Object.keys(found.Containers ?? {}).length > 0) continue;
    if (!dryRun && !(await removeUnused(engine, `/networks/${Id}`))) continue;
    report.networks.push(Name);
  }
}

/** What was used last stays. */
async function pruneBuildCache({ machine: { engine }, keep, dryRun, report }: NodeWork): Promise<void> {
  const usage = (await engine.get('/system/df')) as {
    BuildCache?: { Size: number; Shared?: boolean }[] | null;
  };
  const size = (usage.BuildCache ?? []).reduce((sum, one) => sum + (one.Shared ? 0 : one.Size), 0);
  if (size <= keep.cacheBytes) return;
  if (dryRun) report.bytes += size - keep.cacheBytes;
  else {
    const { body } = await engine.post(`/build/prune?keep-storage=${keep.cacheBytes}`);
    report.bytes += (body as { SpaceReclaimed?: number } | undefined)?.SpaceReclaimed ?? 0;
  }
}
