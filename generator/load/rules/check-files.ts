import { hintNearest } from '../../model/nearest-name.ts';
import { quote } from '../../model/project/text.ts';
import type { PathStep } from '../yaml-path.ts';
import type { RuleContext } from './rule-context.ts';

/** Every path that project.yaml names must be there, and be what it is used as. */
export function checkFiles(context: RuleContext): void {
  const { project } = context;
  const paths = (list: readonly string[] | undefined, at: PathStep[]): void => {
    (list ?? []).forEach((path, index) => requirePath(context, path, 'any', [...at, index]));
  };
  for (const [name, image] of Object.entries(project.images)) {
    requirePath(context, image.context, 'directory', ['images', name, 'context']);
    paths(image.inputs, ['images', name, 'inputs']);
  }
  for (const [name, ami] of Object.entries(project.amis)) {
    requirePath(context, ami.template, 'file', ['amis', name, 'template']);
    if (ami.playbook !== undefined) requirePath(context, ami.playbook, 'file', ['amis', name, 'playbook']);
    paths(ami.inputs, ['amis', name, 'inputs']);
  }
  for (const [name, infrastructure] of Object.entries(project.infrastructure)) {
    requirePath(context, infrastructure.deploy, 'file', ['infrastructure', name, 'deploy']);
    requirePath(context, infrastructure.destroy, 'file', ['infrastructure', name, 'destroy']);
    if (infrastructure.hosts !== undefined)
      requirePath(context, infrastructure.hosts, 'any', ['infrastructure', name, 'hosts']);
    paths(infrastructure.inputs, ['infrastructure', name, 'inputs']);
  }
  for (const [name, stack] of Object.entries(project.stacks)) {
    requirePath(context, stack.file, 'file', ['stacks', name, 'file']);
  }
  (project.ssh_keys ?? []).forEach((path, index) => requirePublicKey(context, path, ['ssh_keys', index]));
}

function requirePath(
  { files, report }: RuleContext,
  path: string,
  expected: 'file' | 'directory' | 'any',
  at: PathStep[],
): void {
  const kind = files.kind(path);
  if (kind === 'none')
    report(
      at,
      `expected a ${expected === 'any' ? 'path' : expected}, found none at ${quote(path)}`,
      'paths are relative to project.yaml and stay inside the repository',
    );
  else if (expected !== 'any' && kind !== expected)
    report(at, `expected a ${expected}, found a ${kind} at ${quote(path)}`);
}

function requirePublicKey(context: RuleContext, path: string, at: PathStep[]): void {
  requirePath(context, path, 'file', at);
  const bytes = context.files.read(path);
  if (!bytes) return;
  const text = new TextDecoder().decode(bytes);
  const types = [
    'ssh-ed25519',
    'ssh-rsa',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'sk-ssh-ed25519@openssh.com',
    'sk-ecdsa-sha2-nistp256@openssh.com',
  ];
  if (text.includes('PRIVATE KEY'))
    context.report(
      at,
      `"${path}" is a private key`,
      'name the public one (.pub), and take the private one out of the repository',
    );
  else if (!types.includes(text.trim().split(/\s/)[0] ?? ''))
    context.report(
      at,
      `"${path}" is not an SSH public key`,
      hintNearest(text.trim().split(/\s/)[0] ?? '', types),
    );
}
