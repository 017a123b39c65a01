import type { ClusterNode } from '../../ports/cluster-nodes.ts';

/** How `ssh` is to prove who asks and whom it reached. */
export interface SshTrust {
  /** Private key; ssh-agent and the user's own keys where undefined. */
  keyFile?: string;
  /** File that the machines' keys are kept in, each under the machine's id. */
  knownHosts: string;
}

/**
 * Options that every connection of ours has (ssh_config(5)). The user's own configuration still counts for the rest:
 * a jump host may stand there. What it could turn a forwarding into something else with is turned off.
 */
const FIXED = [
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=15',
  'ServerAliveCountMax=4',
  'ExitOnForwardFailure=yes',
  'StreamLocalBindUnlink=yes',
  'ControlMaster=no',
  'ControlPath=none',
  'ForwardAgent=no',
  'ForwardX11=no',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'HashKnownHosts=no',
];

/**
 * A machine's key is kept under its id, not its address: addresses go from one machine to the next as nodes are
 * replaced, ids do not (docs/decisions/021).
 */
export function sshOptions(node: ClusterNode, { keyFile, knownHosts }: SshTrust): string[] {
  const options = [
    ...FIXED,
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${quote(escape(knownHosts))}`,
    'GlobalKnownHostsFile=none',
    'CheckHostIP=no',
    `HostKeyAlias=${node.id}`,
  ];
  return [
    ...options.flatMap((option) => ['-o', option]),
    ...(keyFile === undefined ? [] : ['-i', escape(keyFile), '-o', 'IdentitiesOnly=yes']),
    '-p',
    String(node.port),
    '-l',
    node.user,
  ];
}

/** `%h` and the like stand for something else (ssh_config(5), TOKENS). */
function escape(path: string): string {
  return path.replaceAll('%', '%%');
}

/** In an option's value blanks part several files. */
function quote(path: string): string {
  return /[\s"]/.test(path) ? `"${path.replaceAll('"', '\\"')}"` : path;
}
