import { pathEntries, pathInputs, plainPath } from '../../hash/path-inputs.ts';
import type { TreeEntry } from '../../model/commit-files.ts';
import type { Component } from '../../model/component.ts';
import type { HashInput } from '../../model/component-hash.ts';
import { reachPlaybooks } from '../ansible/reach-playbooks.ts';
import { folderOf } from '../ansible/repository-path.ts';
import { variableInputs } from '../ansible/variable-inputs.ts';
import type { ProjectSource } from '../driver.ts';

/**
 * What decides an infrastructure: both playbooks with all that they reach, variables, inventory, the public keys that
 * may log in, and `inputs:`. Its AMIs are parents; `replace:` says how, not what.
 *
 * @throws UserError SUBMODULE, NO_PATH
 */
export function infrastructureInputs({ name }: Component, source: ProjectSource): HashInput[] {
  const { project, files } = source;
  const infrastructure = project.infrastructure[name]!;
  return [
    ...(['deploy', 'destroy'] as const).map((field) => ({
      type: 'playbook',
      name: field,
      value: plainPath(infrastructure[field]),
    })),
    ...variableInputs(infrastructure.variables),
    ...pathInputs(files, reachInfrastructure(name, source)),
  ];
}

/** The files that those inputs cover, from the repository's root: the playbooks run in a folder of just these. */
export function infrastructureEntries({ name }: Component, source: ProjectSource): TreeEntry[] {
  return pathEntries(source.files, reachInfrastructure(name, source));
}

function reachInfrastructure(name: string, { project, files }: ProjectSource): Set<string> {
  const { deploy, destroy, hosts, inputs = [] } = project.infrastructure[name]!;
  const inventory = hosts === undefined ? [] : reachInventory(plainPath(hosts), (path) => files.kind(path));
  const keys = (project.ssh_keys ?? []).map(plainPath);
  const playbooks = [deploy, destroy].map(plainPath);
  return new Set([...reachPlaybooks(files, { playbooks }), ...inventory, ...keys, ...inputs.map(plainPath)]);
}

/** Variables of groups and hosts may lie beside an inventory, too. */
function reachInventory(hosts: string, kindOf: ProjectSource['files']['kind']): string[] {
  const beside = ['group_vars', 'host_vars']
    .map((folder) => `${folderOf(hosts)}/${folder}`.replace(/^\//, ''))
    .filter((folder) => kindOf(folder) === 'directory');
  return [hosts, ...(kindOf(hosts) === 'directory' ? [] : beside)];
}
