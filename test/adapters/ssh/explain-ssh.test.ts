import { describe, expect, test } from '@jest/globals';
import { explainSsh } from '../../../generator/adapters/ssh/explain-ssh.ts';
import { sshOptions } from '../../../generator/adapters/ssh/ssh-arguments.ts';

const node = { id: 'i-1', address: '198.51.100.7', port: 22, user: 'admin' };
const trust = { knownHosts: '/repo/.git/millrace/known_hosts.shop' };

describe('what ssh says becomes one line', () => {
  test.each([
    [
      'SSH_KEY_REFUSED',
      'admin@198.51.100.7: Permission denied (publickey).',
      'it takes none of the keys at hand; load a key that `ssh_keys` lists into ssh-agent, or name its file in MILLRACE_SSH_KEY',
    ],
    [
      'SSH_UNREACHABLE',
      'ssh: connect to host 198.51.100.7 port 22: Connection refused',
      'connection refused; is its SSH server up yet?',
    ],
    [
      'SSH_UNREACHABLE',
      'ssh: connect to host 198.51.100.7 port 22: Connection timed out',
      'no answer in time; does it run, and do its `ssh_from` let this machine in?',
    ],
    [
      'SSH_UNREACHABLE',
      'ssh: connect to host 198.51.100.7 port 22: No route to host',
      'no way there; does it run, and do its `ssh_from` let this machine in?',
    ],
    [
      'SSH_UNREACHABLE',
      'ssh: Could not resolve hostname node.invalid: Name or service not known',
      'its name cannot be looked up; correct it, or look at the network',
    ],
    [
      'SSH_UNREACHABLE',
      'kex_exchange_identification: read: Connection reset by peer',
      'it closed the connection; is it starting, or has it banned this machine?',
    ],
    [
      'SSH_HOST_KEY',
      '@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n@@@@\nHost key verification failed.',
      'it has another host key than it had; if it was set up anew, forget the old one: ssh-keygen -R i-1 -f /repo/.git/millrace/known_hosts.shop',
    ],
    [
      'SSH_FAILED',
      "Warning: Permanently added 'i-1' (ED25519) to the list of known hosts.\nsomething new",
      'something new; try it by hand: ssh admin@198.51.100.7',
    ],
  ])('%s', (code, stderr, expected) => {
    expect(explainSsh(stderr, node, trust)).toMatchObject({
      code,
      message: `SSH to admin@198.51.100.7 (i-1): ${expected}`,
    });
  });

  test('with the key’s file and the port where they are not the usual ones', () => {
    const { message } = explainSsh(
      'Permission denied (publickey).',
      { ...node, port: 2222 },
      {
        ...trust,
        keyFile: '/keys/ops',
      },
    );
    expect(message).toBe(
      'SSH to admin@198.51.100.7 port 2222 (i-1): it takes none of the keys at hand; /keys/ops is in MILLRACE_SSH_KEY: does `ssh_keys` list its public half?',
    );
  });
});

describe('options', () => {
  test('keep a machine’s key under its id, in the project’s own file', () => {
    const options = sshOptions(node, { knownHosts: '/a folder/100%' });
    expect(options).toContain('HostKeyAlias=i-1');
    expect(options).toContain('UserKnownHostsFile="/a folder/100%%"');
    expect(options).not.toContain('-i');
  });

  test('offer the named key only', () => {
    expect(sshOptions(node, { ...trust, keyFile: '/keys/ops' }).join(' ')).toContain(
      '-i /keys/ops -o IdentitiesOnly=yes',
    );
  });
});
