import type { Infrastructure } from '../../model/project/components.ts';
import type { ClusterNode } from '../../ports/cluster-nodes.ts';
import type { InfrastructureTools } from './infrastructure-tools.ts';

/** Debian's images let this one in; Ubuntu's `ubuntu`: the variable `ssh_user` says so to the playbooks, too. */
const DEFAULT_USER = 'admin';

export function userOf(infrastructure: Infrastructure | undefined): string {
  const user = infrastructure?.variables?.['ssh_user'];
  return typeof user === 'string' && /^[a-z_][a-z0-9_-]*$/.test(user) ? user : DEFAULT_USER;
}

/** A private key beside those of ssh-agent. */
export function keyFileOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return environment['MILLRACE_SSH_KEY'] || undefined;
}

/**
 * Options of ssh(1) for all nodes; the name under which a node's host key is kept is its own (ansible/tasks/name_nodes.yml):
 * what stands here holds for a task's host, and not for the one that the task is delegated to.
 */
export function hostKeyOptions(knownHosts: string): string[] {
  const options = [
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${quoteFile(knownHosts)}`,
    'GlobalKnownHostsFile=none',
    'CheckHostIP=no',
  ];
  return options.flatMap((option) => ['-o', option]);
}

/** In an option's value blanks part several files, and `%h` stands for something else (ssh_config(5), TOKENS). */
function quoteFile(path: string): string {
  const plain = path.replaceAll('%', '%%');
  return /[\s"]/.test(plain) ? `"${plain.replaceAll('"', '\\"')}"` : plain;
}

/** What a person types to get there. */
export function sshCommand(
  { address, port, user }: ClusterNode,
  { environment }: Pick<InfrastructureTools, 'environment'>,
): string {
  const key = keyFileOf(environment);
  const words = ['ssh', ...(key ? ['-i', key] : []), ...(port === 22 ? [] : ['-p', `${port}`])];
  return [...words, `${user}@${address}`].map(quoteWord).join(' ');
}

/** For a POSIX shell; also how Ansible splits `ansible_ssh_common_args`. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./{}~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
