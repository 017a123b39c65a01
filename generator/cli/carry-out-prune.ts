import type { StoredAmi } from '../drivers/ami/stored-amis.ts';
import type { StoredImage } from '../drivers/image/list-stored-images.ts';
import { freedBy } from '../drivers/image/manifest-contents.ts';
import type { NodeReport } from '../drivers/stack/node-keep.ts';
import { UserError } from '../model/user-error.ts';
import type { PruneReport } from '../report/prune-report.ts';
import type { PrunePlan } from './plan-prune.ts';
import type { PlacedSwarm, PlacesToPrune } from './places-to-prune.ts';

interface Run {
  dryRun: boolean;
  note: (text: string) => void;
  signal: AbortSignal;
}

/**
 * Registry, machine images, nodes; what fails in one does not keep the next from being cleaned. In a dry run everything is
 * taken for gone that would be.
 */
export async function carryOutPrune(plan: PrunePlan, places: PlacesToPrune, run: Run): Promise<PruneReport> {
  const failures: string[] = [];
  const attempt = async <Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return run.signal.aborted ? otherwise : await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failures.push(error.message);
      return otherwise;
    }
  };
  const registry = await attempt(() => pruneRegistry(plan, places, run), { gone: [], bytes: 0 });
  const amis = await attempt(() => pruneAmis(plan, places, run), []);
  const nodes = await attempt(() => pruneNodes(plan, places, run), []);
  if (run.signal.aborted) failures.push('the prune was interrupted; run it again for the rest');
  for (const one of nodes) failures.push(...one.failures.map((text) => `${one.node}: ${text}`));
  const gone = new Set([...registry.gone, ...amis].map(({ id }) => id));
  return {
    version: 1,
    project: places.project.project,
    dryRun: run.dryRun,
    commits: plan.commits,
    artifacts: plan.verdicts.map(({ artifact: { component, id, names }, action, reason }) => ({
      ...{ component, id, names, action, reason },
      removed: gone.has(id) && !run.dryRun,
    })),
    nodes,
    freed: { registry: registry.bytes, nodes: nodes.reduce((sum, { bytes }) => sum + bytes, 0) },
    failures,
  };
}

interface RegistryResult {
  gone: readonly StoredImage[];
  bytes: number;
}

async function pruneRegistry(
  { verdicts }: PrunePlan,
  { images }: PlacesToPrune,
  { dryRun, note, signal }: Run,
): Promise<RegistryResult> {
  const of = (wanted: 'keep' | 'remove'): StoredImage[] =>
    verdicts.flatMap(({ action, artifact }) => (action === wanted && 'tags' in artifact ? [artifact] : []));
  const [removed, kept] = [of('remove'), of('keep')];
  const foreseen = freedBy(removed, kept);
  if (dryRun) return { gone: removed, bytes: foreseen };
  const { garbage } = images;
  await garbage?.recover();
  if (removed.length > 0) await garbage?.mark();
  const gone = await images.remove({ removed, kept, signal, note });
  if (!garbage) {
    if (gone.length > 0)
      note('the registry is not the project’s own: it frees the bytes when its owner collects its garbage');
    const left = removed.filter((one) => !gone.includes(one));
    return { gone, bytes: freedBy(gone, [...kept, ...left]) };
  }
  if (!(await garbage.isMarked())) return { gone, bytes: 0 };
  const blobs = await garbage.collect();
  if (!blobs) {
    note('stack:registry has no service writer: its garbage is not collected here');
    return { gone, bytes: 0 };
  }
  const sizes = new Map(gone.flatMap((one) => [...one.blobs]));
  return { gone, bytes: [...blobs].reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0) };
}

async function pruneAmis(
  { verdicts }: PrunePlan,
  { amis }: PlacesToPrune,
  { dryRun, signal }: Run,
): Promise<StoredAmi[]> {
  const removed = verdicts.flatMap(({ action, artifact }) =>
    action === 'remove' && 'ami' in artifact ? [artifact] : [],
  );
  return dryRun ? removed : ((await amis?.remove(removed, signal)) ?? []);
}

async function pruneNodes(
  { swarms, keep }: PrunePlan,
  places: PlacesToPrune,
  { dryRun }: Run,
): Promise<NodeReport[]> {
  const reports: NodeReport[] = [];
  for (const swarm of swarms) {
    const networks = await findServiceNetworks(swarm);
    reports.push(...(await places.pruneNodes([swarm], { ...keep, networks }, dryRun)));
  }
  return reports;
}

async function findServiceNetworks({ engine }: PlacedSwarm): Promise<string[]> {
  const services = (await engine.get('/services')) as {
    Spec: { TaskTemplate: { Networks?: { Target: string }[] | null } };
  }[];
  return services.flatMap(({ Spec }) => (Spec.TaskTemplate.Networks ?? []).map(({ Target }) => Target));
}
