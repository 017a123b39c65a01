import { pathEntries, pathInputs, plainPath } from '../../hash/path-inputs.ts';
import { missingPin } from '../../hash/pins.ts';
import type { CommitFiles, TreeEntry } from '../../model/commit-files.ts';
import type { Component } from '../../model/component.ts';
import type { HashInput } from '../../model/component-hash.ts';
import type { Ami } from '../../model/project/components.ts';
import { parseAnsible } from '../ansible/parse-ansible.ts';
import { reachPlaybooks } from '../ansible/reach-playbooks.ts';
import { folderOf } from '../ansible/repository-path.ts';
import { variableInputs } from '../ansible/variable-inputs.ts';
import type { ProjectSource } from '../driver.ts';
import { templatePaths } from './template-paths.ts';

/**
 * What decides an AMI: the template, its variables, the playbook with all that it reaches, what the template's
 * provisioners name, the plugins pinned beside the template, the source image of this region, and `inputs:`.
 *
 * @throws UserError UNPINNED, SUBMODULE, NO_PATH
 */
export function amiInputs(component: Component, { project, files, lock }: ProjectSource): HashInput[] {
  const ami = project.amis[component.name]!;
  const source = sourceAmi(component, { project, lock });
  return [
    { type: 'external', name: 'source', value: source },
    { type: 'template', name: plainPath(ami.template), value: 'packer' },
    ...variableInputs(ami.variables),
    ...pathInputs(files, reachAmi(files, ami)),
  ];
}

/** The files that those inputs cover, from the repository's root: the folder that Packer runs in holds just these. */
export function amiEntries({ name }: Component, { project, files }: ProjectSource): TreeEntry[] {
  return pathEntries(files, reachAmi(files, project.amis[name]!));
}

/** The id of the image to start from. @throws UserError UNPINNED */
export function sourceAmi(
  component: Component,
  { project, lock }: Pick<ProjectSource, 'project' | 'lock'>,
): string {
  const { name, id } = component;
  const region = project.aws?.region ?? '';
  const regions = Object.hasOwn(lock.amis, name) ? lock.amis[name]! : {};
  const found = Object.hasOwn(regions, region) ? regions[region] : undefined;
  const place = region === '' ? 'any region (aws.region names none)' : region;
  if (found === undefined) throw missingPin(component, `the source of ${id} in ${place}`);
  return found;
}

function reachAmi(files: CommitFiles, ami: Ami): Set<string> {
  const template = plainPath(ami.template);
  const named = templatePaths(files, template, ami.variables);
  const playbooks = named.filter((path) => isPlaybook(files, path));
  if (ami.playbook !== undefined) playbooks.push(plainPath(ami.playbook));
  // `role_paths` lists roles, and `playbook_dir` a folder that may hold some.
  const folders = named.filter((path) => files.kind(path) === 'directory');
  const rolePaths = [...new Set(folders.flatMap((path) => [folderOf(path), path]))];
  // Packer loads of a folder what it is given the name of: the template alone, and the pins for `packer init`.
  const plugins = `${folderOf(template)}/plugins`.replace(/^\//, '');
  return new Set([
    template,
    ...(files.kind(plugins) === 'directory' ? [plugins] : []),
    ...named,
    ...reachPlaybooks(files, { playbooks, rolePaths }),
    ...(ami.inputs ?? []).map(plainPath),
  ]);
}

/** A list of plays; a file that the template only uploads may look like anything. */
function isPlaybook(files: CommitFiles, path: string): boolean {
  if (!/\.ya?ml$/.test(path) || files.kind(path) !== 'file') return false;
  const value = parseAnsible(files.read(path) ?? new Uint8Array());
  return (
    Array.isArray(value) &&
    value.some(
      (play: unknown) =>
        typeof play === 'object' &&
        play !== null &&
        Object.keys(play).some((key) => key === 'hosts' || /(?:^|\.)import_playbook$/.test(key)),
    )
  );
}
