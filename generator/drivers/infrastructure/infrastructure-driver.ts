import type { Project } from '../../model/project/project.ts';
import type { LockPlace } from '../../ports/lock-place.ts';
import type { Driver, HashedComponent } from '../driver.ts';
import { checkAccount } from '../ami/check-account.ts';
import { deployInfrastructure } from './deploy-infrastructure.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { findFormer } from './find-former.ts';
import { listLeft } from './list-left.ts';
import { findSwarm } from './observe-inventory.ts';
import { observeInfrastructures } from './observe-infrastructures.ts';
import { removeInfrastructure } from './remove-infrastructure.ts';

/** What an orphan had asked EC2 for shows after a moment. */
const SETTLE_MILLISECONDS = 3_000;

type Able = 'deploy' | 'remove' | 'findLockPlace' | 'findFormer' | 'listLeft' | 'prepare';
export type InfrastructureDriver = Driver & Required<Pick<Driver, Able>>;

/** Machines and networks, by a pair of playbooks; found again by tags, or by their Swarm. */
export function createInfrastructureDriver(tools: InfrastructureTools): InfrastructureDriver {
  return {
    kind: 'infrastructure',
    observe: (components, source) => observeInfrastructures(components, source, tools),
    deploy: (component, task) => deployInfrastructure(component, task, tools),
    remove: (id, task) => removeInfrastructure(id, task, tools),
    findLockPlace: (id, { project }) => findLockPlace(id.slice(id.indexOf(':') + 1), project, tools),
    findFormer: async ({ project }, keep) => (tools.cloud ? findFormer(project, keep, tools.cloud) : []),
    listLeft: async ({ project }, miss) =>
      tools.cloud ? listLeft(project.project, { ...tools, cloud: tools.cloud }, miss) : [],
    prepare: (components, source, touched) => prepare(components, source.project, touched, tools),
  };
}

/** One place for all that is on AWS: their deploys share the account. An inventory without a Swarm has none yet. */
async function findLockPlace(
  name: string,
  project: Project,
  tools: InfrastructureTools,
): Promise<LockPlace | undefined> {
  if (project.infrastructure[name]?.hosts === undefined) return tools.cloud?.lockPlace(project.project);
  const engine = await findSwarm(name, tools);
  return engine && tools.swarmLockPlace?.(engine, name);
}

/** The account first; then playbooks of dead runs on this machine end, before anything else is changed. */
async function prepare(
  components: readonly HashedComponent[],
  project: Project,
  touched: readonly HashedComponent[],
  tools: InfrastructureTools,
): Promise<void> {
  const onAws = components.some(({ name }) => project.infrastructure[name]?.hosts === undefined);
  if (onAws && tools.cloud) await checkAccount(project, tools.cloud);
  if (touched.length === 0) return;
  if ((await tools.host.endOrphans()) > 0) await tools.clock.sleep(SETTLE_MILLISECONDS);
}
