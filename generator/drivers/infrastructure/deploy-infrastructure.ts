import { join } from 'node:path';
import type { ComponentId } from '../../model/component.ts';
import { UserError } from '../../model/user-error.ts';
import type { HashedComponent, TaskContext } from '../driver.ts';
import { guardAccount } from './guard-account.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { infrastructureEntries } from './inputs.ts';
import { markInventory, recordInventory } from './record-inventory.ts';
import { playbookVariables } from './playbook-variables.ts';
import { recordNetwork } from './record-network.ts';
import { runPlaybook } from './run-playbook.ts';

/**
 * Runs the deploy playbook in an export of exactly the hashed files, and records what then runs.
 * @throws UserError DEPLOY_FAILED with the playbook's own words, DEPLOY_UNFINISHED, INTERRUPTED, WRONG_ACCOUNT,
 * RESERVED_VARIABLE, NO_PROGRAM
 */
export async function deployInfrastructure(
  component: HashedComponent,
  task: TaskContext,
  tools: InfrastructureTools,
): Promise<void> {
  const { id, name, hash } = component;
  const { source } = task;
  const { project } = source;
  const infrastructure = project.infrastructure[name]!;
  const revision = source.files.revision;
  const amis = amisOf(infrastructure.amis ?? [], task);
  const variables = playbookVariables({ component, source, hash, revision, amis, keepData: false }, tools);
  await guardAccount(project, name, tools);
  const exported = await task.exportFiles('deploy', infrastructureEntries(component, source));
  const isInventory = infrastructure.hosts !== undefined;
  if (isInventory) await markInventory(project.project, name, hash, tools);
  const failed = await runPlaybook(
    {
      id,
      infrastructure,
      variables,
      playbook: infrastructure.deploy,
      export: exported,
      folder: join(task.folder, 'ansible'),
      region: project.aws?.region,
    },
    tools,
    task,
  );
  if (task.signal.aborted)
    throw new UserError(
      'INTERRUPTED',
      `${id}: the deploy was interrupted and is left pending; the next \`millrace apply\` finishes it`,
    );
  if (failed !== undefined) throw new UserError('DEPLOY_FAILED', `${id}: Ansible: ${failed}`);
  task.phase('recording what runs');
  if (isInventory) await recordInventory(component, source, tools);
  else await recordNetwork(component, task, tools);
}

function amisOf(names: readonly string[], { artifacts }: TaskContext): Record<string, string> {
  const found = names.map((name): [string, string] => {
    const id: ComponentId = `ami:${name}`;
    const artifact = artifacts.get(id);
    if (!artifact) throw new Error(`the artifact of ${id} is not at hand`);
    return [name, artifact.id];
  });
  return Object.fromEntries(found);
}
