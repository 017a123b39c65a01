import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AmiTools } from './ami-tools.ts';
import type { Bake } from './plan-bake.ts';
import { valueOf } from './packer-variables.ts';

/**
 * Key pair and security group of one bake, for templates that take them: Packer 1.6 tags neither of its own, so
 * that a killed run's could not be told from anybody's, and its RSA key is refused by a current sshd.
 *
 * @param folder where the private key is written, readable by this user only
 * @param tags the run's lease among them
 * @returns values of the template's variables; none for what it does not declare or the user has set
 */
export async function makeAccess(
  { use, wanted }: Bake,
  tools: AmiTools,
  folder: string,
  tags: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const wants = (...names: string[]): boolean =>
    names.every((name) => use.declared.has(name) && !Object.hasOwn(use.variables, name));
  const name = `millrace-bake-${tools.host.identity().run}-${wanted.hash.slice(0, 12)}`;
  const { change } = tools.images;
  const access: Record<string, string> = {};
  if (wants('ssh_keypair_name', 'ssh_private_key_file')) {
    const key = await change.makeKey(name, tags);
    const file = join(folder, 'key.pem');
    await writeFile(file, key.privateKey, { mode: 0o600 });
    access['ssh_keypair_name'] = key.name;
    access['ssh_private_key_file'] = file;
  }
  if (wants('security_group_id')) {
    const subnet = valueOf(use, 'subnet_id');
    access['security_group_id'] = await change.makeGroup({
      name,
      tags,
      port: portOf(valueOf(use, 'ssh_port')),
      sources: networksOf(valueOf(use, 'ssh_source_cidrs')),
      ...(typeof subnet === 'string' && subnet !== '' ? { subnet } : {}),
    });
  }
  return access;
}

function portOf(value: unknown): number {
  const port = Number(value ?? 22);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 22;
}

/** Everybody where the template says nothing, as Packer itself does it: the key is what keeps them out. */
function networksOf(value: unknown): string[] {
  const networks = Array.isArray(value)
    ? value.filter((each): each is string => typeof each === 'string')
    : [];
  return networks.length > 0 ? networks : ['0.0.0.0/0'];
}
