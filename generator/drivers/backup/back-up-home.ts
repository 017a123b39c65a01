import { UserError } from '../../model/user-error.ts';
import type { Home } from '../home/find-home.ts';
import { guardChange } from '../home/guard-change.ts';
import { dropNote, writeNote } from '../home/home-note.ts';
import type { HomeNote } from '../home/home-note.ts';
import { quietJenkins } from '../home/quiet-jenkins.ts';
import { changeService } from '../home/scale-service.ts';
import { runHomeJob } from '../home/swap-work.ts';
import type { SwapWork } from '../home/swap-work.ts';
import { isMarked, markStack, unmarkStack } from '../stack/mark-stack.ts';
import { HASH } from '../stack/stack-names.ts';
import type { ServiceSpec, SwarmService } from '../stack/swarm-objects.ts';
import { backupName } from './backup-place.ts';
import type { BackupPlace, Manifest } from './backup-place.ts';

/** A controller, and where its home is. */
export interface HomeOwner {
  live: SwarmService;
  home: Home;
}

/** A build that runs this itself is one of those that are waited for. */
const QUIET = 20_000;

/**
 * Packs the home of a controller that runs, while it is quiet: it writes each of its files whole or not at all.
 * @param keep how many backups stay there
 */
export async function backUpHome(
  { live, home }: HomeOwner,
  place: BackupPlace,
  { id, keep }: { id: string; keep: number },
  work: SwapWork,
): Promise<{ name: string; manifest: Manifest }> {
  const { project, tools, task } = work;
  const image = live.Spec.TaskTemplate.ContainerSpec!.Image;
  const job = { home, snapshot: id, image };
  const name = backupName(project, id);
  await writeNote(work, noteOf('backup', job, tools.clock));
  let isResumed = true;
  try {
    const resume = await quietJenkins({ ...tools, limit: QUIET, task });
    let said: string[];
    try {
      task.phase('packing JENKINS_HOME');
      said = await runHomeJob('pack', job, work);
    } finally {
      isResumed = await resume();
    }
    const [kibibytes = '0', bytes = '0', sha256 = ''] = (said.at(-1) ?? '').split(' ');
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new UserError(
        'BACKUP_FAILED',
        'the job that packed JENKINS_HOME did not say its SHA-256; run this again',
      );
    const time = new Date(tools.clock.now()).toISOString();
    const manifest: Manifest = {
      ...{ version: 1, project, time, image, sha256 },
      ...{ bytes: Number(bytes), kibibytes: Number(kibibytes) },
    };
    task.phase(`writing to ${place.name}`);
    await place.put(name, id, manifest);
    for (const old of (await place.list()).slice(0, -keep)) await place.remove(old);
    return { name, manifest };
  } finally {
    await runHomeJob('forget', job, work, new AbortController().signal);
    if (isResumed) await dropNote(work, id);
  }
}

/**
 * Puts a backup in the place of a controller's home, around a snapshot as a new version of it is: if it does not come up with
 * that, it has its former home again. One that was stopped by hand is started: nothing else shows that it can live with it.
 * The stack counts as begun and not ended until all is well: whoever deploys next ends what a kill has cut off.
 * @throws UserError SWAP_FAILED; what the place throws
 */
export async function restoreHome(
  { live, home }: HomeOwner,
  place: BackupPlace,
  { id, name }: { id: string; name: string },
  work: SwapWork,
): Promise<Manifest> {
  const { engine, project, stack, tools, task } = work;
  const image = live.Spec.TaskTemplate.ContainerSpec!.Image;
  const wasMarked = await isMarked(engine, project, stack);
  const manifest = await place.read(name);
  const job = { home, snapshot: id, image, more: [manifest.sha256] };
  await writeNote(work, noteOf('restore', job, tools.clock));
  try {
    task.phase(`fetching ${name} from ${place.name}`);
    await place.fetch(name, id);
    const target = { name: 'controller', live, wanted: { hash: live.Spec.Labels?.[HASH] ?? '', image } };
    await markStack(engine, project, stack);
    await guardChange(target, work, async () => {
      task.phase('putting it in the place of JENKINS_HOME');
      await runHomeJob('unpack', job, work);
      await changeService(engine, live.ID, () => started(live.Spec));
    });
    if (!wasMarked) await unmarkStack(engine, project, stack);
    return manifest;
  } finally {
    await runHomeJob('forget', job, work, new AbortController().signal);
    await dropNote(work, id);
  }
}

function noteOf(
  what: HomeNote['what'],
  { home, snapshot: id, image }: { home: Home; snapshot: string; image: string },
  clock: SwapWork['tools']['clock'],
): HomeNote {
  return { version: 1, what, id, time: new Date(clock.now()).toISOString(), home, image };
}

function started(spec: ServiceSpec): ServiceSpec {
  return spec.Mode?.Replicated?.Replicas === 0 ? { ...spec, Mode: { Replicated: { Replicas: 1 } } } : spec;
}
