import { shorten } from '../../model/shorten.ts';
import { UserError } from '../../model/user-error.ts';
import type { ClusterNode } from '../../ports/cluster-nodes.ts';
import type { SshTrust } from './ssh-arguments.ts';

type Cause = [
  pattern: RegExp,
  code: string,
  found: string,
  todo: (node: ClusterNode, trust: SshTrust) => string,
];

const NETWORK = 'does it run, and do its `ssh_from` let this machine in?';

/** What OpenSSH says when it gives up, in the order of what tells most. */
const CAUSES: readonly Cause[] = [
  [
    /HOST IDENTIFICATION HAS CHANGED|Host key verification failed/,
    'SSH_HOST_KEY',
    'it has another host key than it had',
    ({ id }, { knownHosts }) =>
      `if it was set up anew, forget the old one: ssh-keygen -R ${id} -f ${knownHosts}`,
  ],
  [
    /Permission denied|Too many authentication failures/,
    'SSH_KEY_REFUSED',
    'it takes none of the keys at hand',
    (_node, { keyFile }) =>
      keyFile === undefined
        ? 'load a key that `ssh_keys` lists into ssh-agent, or name its file in MILLRACE_SSH_KEY'
        : `${keyFile} is in MILLRACE_SSH_KEY: does \`ssh_keys\` list its public half?`,
  ],
  [/Connection refused/, 'SSH_UNREACHABLE', 'connection refused', () => 'is its SSH server up yet?'],
  [/No route to host|Network is unreachable/, 'SSH_UNREACHABLE', 'no way there', () => NETWORK],
  [/timed out|timeout/i, 'SSH_UNREACHABLE', 'no answer in time', () => NETWORK],
  [
    /Could not resolve hostname/,
    'SSH_UNREACHABLE',
    'its name cannot be looked up',
    () => 'correct it, or look at the network',
  ],
  [
    /UNPROTECTED PRIVATE KEY FILE|bad permissions/,
    'SSH_KEY_REFUSED',
    'the private key may be read by others, so that ssh does not use it',
    (_node, { keyFile }) => `chmod 600 ${keyFile ?? 'the key'}`,
  ],
  [
    /Connection (closed|reset)|kex_exchange_identification|Broken pipe/,
    'SSH_UNREACHABLE',
    'it closed the connection',
    () => 'is it starting, or has it banned this machine?',
  ],
];

/** @param stderr all that ssh said @returns one line: which machine, what is wrong, what to do */
export function explainSsh(stderr: string, node: ClusterNode, trust: SshTrust): UserError {
  const where = `${node.user}@${node.address}${node.port === 22 ? '' : ` port ${node.port}`} (${node.id})`;
  const cause = CAUSES.find(([pattern]) => pattern.test(stderr));
  if (cause) {
    const [, code, found, todo] = cause;
    return new UserError(code, `SSH to ${where}: ${found}; ${todo(node, trust)}`);
  }
  const words = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Warning: Permanently added'))
    .at(-1);
  const said = words === undefined ? 'it ended without a word' : shorten(words, 200);
  return new UserError(
    'SSH_FAILED',
    `SSH to ${where}: ${said}; try it by hand: ssh ${node.user}@${node.address}`,
  );
}
