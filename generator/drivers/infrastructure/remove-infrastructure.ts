import { join } from 'node:path';
import type { Component, ComponentId } from '../../model/component.ts';
import { UserError } from '../../model/user-error.ts';
import type { ProjectSource, RemovalContext } from '../driver.ts';
import { findData, findRevision } from './find-former.ts';
import { guardAccount } from './guard-account.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';
import { infrastructureEntries } from './inputs.ts';
import { removeRecords } from './inventory-record.ts';
import { findSwarm } from './observe-inventory.ts';
import { playbookVariables } from './playbook-variables.ts';
import { runPlaybook } from './run-playbook.ts';
import { TAG } from './tags.ts';

/**
 * Runs the destroy playbook: the commit's own, or where the project no longer has the infrastructure, that of the commit
 * which was deployed last.
 * @throws UserError DESTROY_FAILED with the playbook's own words, NO_PLAYBOOK, INTERRUPTED, WRONG_ACCOUNT, NO_PROGRAM
 */
export async function removeInfrastructure(
  id: ComponentId,
  task: RemovalContext,
  tools: InfrastructureTools,
): Promise<void> {
  const name = id.slice(id.indexOf(':') + 1);
  // The account is checked by what the project says now, whatever it said then.
  await guardAccount(task.source.project, name, tools);
  const { source, component } = await findPlaybook(id, name, task, tools);
  const { project } = source;
  const infrastructure = project.infrastructure[name]!;
  const { observation } = task;
  const hash = observation.state === 'running' ? (observation.hash ?? '') : '';
  const { accounts, region } = task.source.project.aws ?? { accounts: [], region: undefined };
  const variables = playbookVariables(
    { component, source, hash, revision: source.files.revision, amis: {}, keepData: task.keep.has('data') },
    tools,
  );
  const failed = await runPlaybook(
    {
      id,
      infrastructure,
      region,
      variables: { ...variables, accounts, ...(region === undefined ? {} : { region }) },
      playbook: infrastructure.destroy,
      export: await task.exportFiles('destroy', infrastructureEntries(component, source)),
      folder: join(task.folder, 'ansible'),
    },
    tools,
    task,
  );
  if (task.signal.aborted)
    throw new UserError('INTERRUPTED', `${id}: the removal was interrupted; run it again for the rest`);
  if (failed !== undefined) throw new UserError('DESTROY_FAILED', `${id}: Ansible: ${failed}`);
  if (infrastructure.hosts === undefined) {
    if (task.keep.has('data')) await recordOnData(name, source, tools);
    return;
  }
  const engine = await findSwarm(name, tools);
  if (engine) await removeRecords(engine, project.project, name);
}

/** The network that said by which commit it is taken away is gone; what was kept says it from now on. */
async function recordOnData(
  name: string,
  { project: { project }, files: { revision } }: ProjectSource,
  { cloud }: InfrastructureTools,
): Promise<void> {
  if (!cloud || revision === null) return;
  for (const { id, tags } of await findData(project, name, cloud))
    if (tags[TAG.revision] !== revision) await cloud.retag(id, { [TAG.revision]: revision }, []);
}

async function findPlaybook(
  id: ComponentId,
  name: string,
  { source, observation }: RemovalContext,
  { loadAt, cloud }: InfrastructureTools,
): Promise<{ source: ProjectSource; component: Component }> {
  const component = source.graph.get(id);
  if (component) return { source, component };
  const seen = observation.state === 'running' ? observation.revision : undefined;
  const revision = seen ?? (cloud && (await findRevision(source.project.project, name, cloud)));
  if (revision === undefined || !loadAt)
    throw new UserError(
      'NO_PLAYBOOK',
      `${id}: neither project.yaml nor what runs says which playbook takes it away; check out a commit that has it and run \`millrace destroy ${id}\` there`,
    );
  const loaded = await loadAt(revision).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      'NO_PLAYBOOK',
      `${id}: its playbooks are those of commit ${revision.slice(0, 12)}, which cannot be read here (${error.message}); fetch it, and run this again`,
    );
  });
  const former = loaded.source.graph.get(id);
  if (former) return { source: loaded.source, component: former };
  throw new UserError(
    'NO_PLAYBOOK',
    `${id}: commit ${revision.slice(0, 12)}, which is recorded as deployed, has no ${name}; check out one that does and run \`millrace destroy ${id}\` there`,
  );
}
