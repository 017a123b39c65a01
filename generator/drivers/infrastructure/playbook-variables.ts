import type { Component } from '../../model/component.ts';
import type { Infrastructure } from '../../model/project/components.ts';
import { UserError } from '../../model/user-error.ts';
import { plainPath } from '../../hash/path-inputs.ts';
import type { ProjectSource } from '../driver.ts';
import { HANDED_KEY, INSIDE_NODE } from '../handover/hand-over-names.ts';
import { hostKeyOptions, keyFileOf, quoteWord } from './ssh-access.ts';

/** What playbooks are told, besides the infrastructure's own `variables:`. */
export interface PlaybookRequest {
  component: Pick<Component, 'id' | 'name'>;
  source: Pick<ProjectSource, 'project' | 'files'>;
  /** Empty where none is known: what a half-made deploy left is taken away. */
  hash: string;
  revision: string | null;
  /** AMI ids by name. */
  amis: Readonly<Record<string, string>>;
  keepData: boolean;
}

/** @throws UserError RESERVED_VARIABLE, NO_PATH */
export function playbookVariables(
  { component, source, hash, revision, amis, keepData }: PlaybookRequest,
  { environment, knownHosts }: SshSettings,
): Record<string, unknown> {
  const { project } = source;
  const infrastructure = project.infrastructure[component.name]!;
  const own = {
    project: project.project,
    component: component.name,
    component_hash: hash,
    revision: revision ?? '',
    region: project.aws?.region ?? '',
    accounts: project.aws?.accounts ?? [],
    amis,
    ssh_keys: [...readKeys(source), ...handedKeys(environment)],
    inside_node: environment[INSIDE_NODE] ?? '',
    replace_nodes: infrastructure.replace,
    keep_data: keepData,
  };
  refuseReserved(component.id, infrastructure, Object.keys(own));
  const key = keyFileOf(environment);
  return {
    ...(infrastructure.hosts === undefined ? sshVariables(knownHosts) : {}),
    ...(key === undefined ? {} : { ansible_ssh_private_key_file: key }),
    ...infrastructure.variables,
    ...own,
  };
}

interface SshSettings {
  environment: Readonly<Record<string, string | undefined>>;
  knownHosts: string;
}

/** An inventory may say itself how its machines are reached, by a jump host say. */
function sshVariables(knownHosts: string): Record<string, unknown> {
  return { ansible_ssh_common_args: hostKeyOptions(knownHosts).map(quoteWord).join(' ') };
}

function refuseReserved(id: string, infrastructure: Infrastructure, own: readonly string[]): void {
  const taken = Object.keys(infrastructure.variables ?? {}).filter((name) => own.includes(name));
  if (taken.length === 0) return;
  throw new UserError(
    'RESERVED_VARIABLE',
    `${id}: variables: sets ${taken.join(', ')}, which millrace sets itself; take ${taken.length === 1 ? 'it' : 'them'} out`,
  );
}

/** Machines that a job outside of Jenkins starts let it in from the first. */
function handedKeys(environment: SshSettings['environment']): string[] {
  const { [HANDED_KEY]: key = '' } = environment;
  return key === '' ? [] : [key.trim()];
}

/** A file may hold several, and comments (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
function readKeys({ project, files }: Pick<ProjectSource, 'project' | 'files'>): string[] {
  return (project.ssh_keys ?? []).flatMap((path) => {
    const bytes = files.read(plainPath(path));
    if (!bytes) throw new UserError('NO_PATH', `ssh_keys: there is no file ${path}; is it committed?`);
    return new TextDecoder()
      .decode(bytes)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  });
}

/**
 * A file of variables, for `-e @file`: YAML in its JSON form. What a user wrote is no template of Ansible's: texts that
 * look like one carry its tag `!unsafe` (docs.ansible.com, "Advanced playbook syntax"), which JSON has no word for.
 */
export function writeVariables(variables: Readonly<Record<string, unknown>>): string {
  return `${writeValue(variables)}\n`;
}

function writeValue(value: unknown): string {
  if (typeof value === 'string')
    return /\{[{%#]/.test(value) ? `!unsafe ${writeText(value)}` : writeText(value);
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${writeText(name)}: ${writeValue(field)}`).join(', ')}}`;
}

/** JSON lets characters stand that YAML does not: the C1 controls, DEL, and the byte order mark. */
function writeText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
