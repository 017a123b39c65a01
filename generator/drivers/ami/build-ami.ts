import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../model/user-error.ts';
import { isLabWithoutMachines } from '../lab-without-machines.ts';
import type { Artifact } from '../../plan/plan.ts';
import type { MachineImage } from '../../ports/machine-images.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import type { AmiTools } from './ami-tools.ts';
import { finishImage } from './finish-image.ts';
import { holdLease } from './hold-lease.ts';
import { leaseTags } from './lease.ts';
import { makeAccess } from './make-access.ts';
import { packerVariables } from './packer-variables.ts';
import { planBake } from './plan-bake.ts';
import type { Bake } from './plan-bake.ts';
import { runPacker } from './run-packer.ts';
import type { PackerResult } from './run-packer.ts';
import { settleName } from './settle-name.ts';
import { sweepLeftovers } from './sweep.ts';
import type { Ended } from './sweep.ts';

/** How often a name may turn out to be taken, by a run that then dies. */
const ATTEMPTS = 5;

/**
 * Bakes the image, or adopts the one that another run has made or is making.
 * @throws UserError AMI_FAILED with Packer's own words, AMI_BUSY, INTERRUPTED, NO_MACHINES in a lab that has none, and what
 *   planning a bake throws
 */
export async function buildAmi(
  component: HashedComponent,
  task: TaskContext,
  tools: AmiTools,
): Promise<Artifact> {
  requireMachines(component, tools);
  const bake = planBake(component, task.source);
  let isTaken = false;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const found = await settleName(bake, tools, task, isTaken);
    if (found) {
      task.log(`${found.id} was made by another run: it is taken as it is`);
      return artifactOf(found);
    }
    const result = await bakeOnce(bake, task, tools, attempt);
    if (result.made) return artifactOf(result.made);
    if (task.signal.aborted)
      throw new UserError('INTERRUPTED', `${component.id}: the bake was interrupted; nothing of it is left`);
    if (!result.isNameTaken) throw new UserError('AMI_FAILED', `${component.id}: Packer: ${result.cause}`);
    isTaken = true;
  }
  throw new UserError(
    'AMI_BUSY',
    `${component.id}: other runs took the name ${bake.wanted.name} ${ATTEMPTS} times and left it incomplete; run it again`,
  );
}

/** A stand-in's instance alone has an address that is somebody's out in the world: nobody is to knock there. */
function requireMachines({ id }: HashedComponent, { environment }: AmiTools): void {
  if (!isLabWithoutMachines(environment)) return;
  throw new UserError(
    'NO_MACHINES',
    `${id}: this lab has no machines, so nothing can be baked in it; \`millrace lab status\` says why`,
  );
}

function artifactOf({ id }: MachineImage): Artifact {
  return { id, reference: id };
}

async function bakeOnce(
  bake: Bake,
  task: TaskContext,
  tools: AmiTools,
  attempt: number,
): Promise<PackerResult & { made?: MachineImage }> {
  const identity = tools.host.identity();
  const ended: Ended = { run: identity.run, hash: bake.wanted.hash };
  const tags = { ...bake.tags, ...leaseTags(identity, tools.clock.now()) };
  const folder = join(task.folder, `packer-${attempt}`);
  const held = holdLease(tools, ended, task.log);
  try {
    await mkdir(folder, { recursive: true });
    const exported = await task.exportFiles(`bake-${attempt}`, bake.entries);
    const access = await makeAccess(bake, tools, folder, tags);
    const endpoint = tools.environment['AWS_ENDPOINT_URL_EC2'] ?? tools.environment['AWS_ENDPOINT_URL'];
    const values = {
      source_ami: bake.sourceAmi,
      ami_name: bake.wanted.name,
      region: bake.region,
      tags,
      run_tags: tags,
    };
    const variables = { ...packerVariables(bake.use, values, endpoint || undefined), ...access };
    const phase = (text: string): void => {
      task.phase(text);
      // From here on the image's tags alone speak for it, and they are as old as the bake.
      if (text === 'removing the machine') void held.extend();
    };
    const { entries, text, region } = bake;
    const run = { export: exported, folder, template: bake.use.template, text, entries, variables, region };
    const result = await runPacker(run, tools, { log: task.log, phase, signal: task.signal });
    if (!result.ok) return result;
    if (result.image === undefined)
      return { ...result, cause: `it ended well, but named no image for ${region}` };
    await held.extend();
    const made = await finishImage(bake, result.image, tools);
    ended.made = made.id;
    return { ...result, made };
  } finally {
    await held.release();
    // Where Packer could not clean up; an image that is complete is kept. Its failure hides no other one.
    await sweepLeftovers(tools, bake.wanted.project, ended).catch((error: unknown) =>
      task.log(`what the bake left could not be swept: ${String(error)}; the next run will`),
    );
  }
}
