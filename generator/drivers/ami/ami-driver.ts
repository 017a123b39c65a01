import type { Driver, HashedComponent, ProjectSource } from '../driver.ts';
import type { AmiTools } from './ami-tools.ts';
import { buildAmi } from './build-ami.ts';
import { checkAccount } from './check-account.ts';
import { observeAmis } from './observe-amis.ts';
import { planBake } from './plan-bake.ts';
import { removeAmis } from './remove-amis.ts';
import { sweepLeftovers } from './sweep.ts';

/** Several bakes at once are throttled by EC2 before they are faster. */
const MAX_PARALLEL = 4;
/** What an orphan had asked EC2 for shows after a moment. */
const SETTLE_MILLISECONDS = 3_000;

/** Machine images: Packer's amazon-ebs, found again by name and tags. */
export function createAmiDriver(tools: AmiTools): Driver {
  return {
    kind: 'ami',
    maxParallel: MAX_PARALLEL,
    observe: (components, source) => observeAmis(components, source, tools.images),
    build: (component, task) => buildAmi(component, task, tools),
    remove: (id, task) => removeAmis(id, task, tools),
    prepare: (components, source, touched) => prepare(components, source, touched, tools),
  };
}

/** Without a look at its makers' server for newer versions. */
const QUIET = { CHECKPOINT_DISABLE: '1' };

/** The account first, then what dead runs left: on this machine their programs, in EC2 the rest. */
async function prepare(
  components: readonly HashedComponent[],
  source: ProjectSource,
  touched: readonly HashedComponent[],
  tools: AmiTools,
): Promise<void> {
  if (components.length === 0) return;
  const { project } = source;
  await checkAccount(project, tools.images);
  // What cannot be baked is said before anything else is built.
  for (const component of touched) planBake(component, source);
  if (touched.length > 0) await tools.processes.run({ file: 'packer', args: ['version'], env: QUIET });
  if ((await tools.host.endOrphans()) > 0) await tools.clock.sleep(SETTLE_MILLISECONDS);
  const removed = await sweepLeftovers(tools, project.project);
  if (removed > 0) tools.note?.(`removed ${removed} leftovers of runs that are dead from EC2`);
}
