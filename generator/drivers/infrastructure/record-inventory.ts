import { UserError } from '../../model/user-error.ts';
import type { HashedComponent, ProjectSource } from '../driver.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { markPending, readRecords, recordDeployed } from './inventory-record.ts';
import { findSwarm, readSwarmFacts } from './observe-inventory.ts';

/** Before a deploy: where there is no Swarm yet, that none was deployed is known by that. */
export async function markInventory(
  project: string,
  name: string,
  hash: string,
  tools: InfrastructureTools,
): Promise<void> {
  const engine = await findSwarm(name, tools);
  if (!engine) return;
  const { pending } = await readRecords(engine, project, name);
  if (pending !== hash) await markPending(engine, project, name, hash);
}

/** @throws UserError DEPLOY_UNFINISHED */
export async function recordInventory(
  { id, name, hash }: Pick<HashedComponent, 'id' | 'name' | 'hash'>,
  { project, files }: Pick<ProjectSource, 'project' | 'files'>,
  tools: InfrastructureTools,
): Promise<void> {
  const engine = await findSwarm(name, tools);
  if (!engine)
    throw new UserError(
      'DEPLOY_UNFINISHED',
      `${id}: the playbook ended well, but the hosts form no Swarm, where it would be recorded; let it make one`,
    );
  await recordDeployed(engine, project.project, name, {
    hash,
    revision: files.revision,
    deployed: new Date(tools.clock.now()).toISOString(),
    nodes: await readSwarmFacts(engine),
  });
}
